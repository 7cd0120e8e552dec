import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draws, normals } from "../../test/reference/normals.ts";
import { nearestNeighbourClasses } from "./nearest-neighbours.ts";

describe("nearestNeighbourClasses", () => {
  it("is what sorting all distances gives", () => {
    const points = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, fc.integer({ min: -9, max: 9 }), (references, query) => {
        // A third of a unit off the grid, so that no two distances on either side are equal.
        const q = query + 1 / 3;
        const unique = [...new Map(references).entries()];
        const sorted = [...unique].sort(([a], [b]) => Math.abs(a - q) - Math.abs(b - q)).slice(0, 3);
        const votes = sorted.map(([, label]) => label);
        const most = Math.max(...votes.map((label) => votes.filter((other) => other === label).length));
        const expected = votes.find((label) => votes.filter((other) => other === label).length === most);
        const features = Float32Array.from(unique, ([x]) => x);
        const labels = unique.map(([, label]) => label);
        const found = nearestNeighbourClasses({ features, labels, dimensions: 1 }, Float32Array.of(q), 3);
        expect(found[0]).toBe(expected);
      }),
    );
  });

  it("is what all distances give, over more points than a block holds", () => {
    const normal = normals(9);
    // Far from 0, where products lose digits that differences keep.
    const features = draws(3 * 2101, () => 100 + normal());
    const labels = Array.from({ length: 2101 }, (_, i) => i % 4);
    const queries = draws(3 * 207, () => 100 + normal());
    const expected = Array.from({ length: 207 }, (_, q) => {
      const distances = labels.map((_, r) =>
        [0, 1, 2].reduce((sum, d) => sum + (features[3 * r + d]! - queries[3 * q + d]!) ** 2, 0),
      );
      const nearest = [...distances.keys()].sort((a, b) => distances[a]! - distances[b]!).slice(0, 5);
      const votes = nearest.map((index) => labels[index]!);
      const count = (label: number) => votes.filter((other) => other === label).length;
      return votes.find((label) => votes.every((other) => count(other) <= count(label)));
    });
    const found = nearestNeighbourClasses({ features, labels, dimensions: 3 }, queries, 5);
    expect([...found]).toEqual(expected);
  });

  it("asks all where there are fewer references than neighbours", () => {
    const train = { features: Float32Array.of(0, 1, 2), labels: [7, 8, 8], dimensions: 1 };
    expect([...nearestNeighbourClasses(train, Float32Array.of(-1), 5)]).toEqual([8]);
  });
});
