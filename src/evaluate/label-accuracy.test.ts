import { describe, expect, it } from "vitest";
import { normals } from "../../test/reference/normals.ts";
import { mostFrequentClass } from "../numerics/labelled-features.ts";
import { labelAccuracies } from "./label-accuracy.ts";

const normal = normals(40);

function ring(points: number) {
  const labels = Int32Array.from({ length: points }, (_, i) => i % 2);
  const features = new Float32Array(2 * points);
  for (const [i, label] of labels.entries()) {
    const angle = 2 * Math.PI * normal();
    features[2 * i] = (1 + 2 * label) * Math.cos(angle);
    features[2 * i + 1] = (1 + 2 * label) * Math.sin(angle);
  }
  return { features, labels, dimensions: 2 };
}

describe("labelAccuracies", () => {
  it("sees a ring around another by neighbours, and hardly by a line", async () => {
    const { probeAccuracy, knnAccuracy } = await labelAccuracies(ring(400), ring(1500));
    expect(knnAccuracy).toBe(1);
    expect(probeAccuracy).toBeLessThan(0.65);
  });

  it("fits no probe to more than a hundred classes", async () => {
    const train = { features: Float32Array.from({ length: 101 }, (_, i) => i), dimensions: 1 };
    const labels = Int32Array.from({ length: 101 }, (_, i) => i);
    const found = await labelAccuracies({ ...train, labels }, { ...train, labels });
    expect(found).toEqual({ knnAccuracy: 1 });
  });

  it("stops when told to", async () => {
    const signal = AbortSignal.abort();
    await expect(labelAccuracies(ring(20), ring(20), { signal })).rejects.toThrow(/abort/i);
  });
});

describe("mostFrequentClass", () => {
  it("is the first of those as frequent", () => {
    expect(mostFrequentClass([3, 1, 1, 3, 2])).toBe(3);
  });
});
