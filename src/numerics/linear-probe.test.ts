import { describe, expect, it } from "vitest";
import { normals } from "../../test/reference/normals.ts";
import { uniform } from "../../test/reference/random.ts";
import { fitLinearProbe, PROBE_L2, probeClasses, probeLoss } from "./linear-probe.ts";

const normal = normals(12);
const labels = Int32Array.from({ length: 300 }, (_, i) => [2, 5, 9][i % 3]!);
const features = Float32Array.from({ length: 600 }, (_, at) => {
  const label = labels[Math.floor(at / 2)]!;
  return normal() + (at % 2 === 0 ? label : 3 * Number(label === 5));
});

/** The loss at a probe's weights, example by example, from its definition. */
function lossOf(
  weights: Float64Array,
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): number {
  const classes = [0, 1, 2];
  const losses = rows.map((row, i) => {
    const scores = classes.map((c) => row.reduce((sum, value, d) => sum + weights[3 * c + d]! * value, 0));
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[targets[i]!]!;
  });
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  return losses.reduce((sum, loss) => sum + loss, 0) / rows.length + 0.5 * PROBE_L2 * squares;
}

/** By central differences. */
function slopesOf(loss: (weights: Float64Array) => number, weights: Float64Array): number[] {
  return Array.from(weights, (weight, at) => {
    const [up, down] = [1e-5, -1e-5].map((h) => loss(weights.with(at, weight + h)));
    return (up! - down!) / 2e-5;
  });
}

describe("fitLinearProbe", () => {
  it("ends where the loss does not fall in any direction", () => {
    const { classes, weights, mean, deviation } = fitLinearProbe({ features, labels, dimensions: 2 });
    const rows = Array.from(labels, (_, i) => [
      (features[2 * i]! - mean[0]!) / deviation[0]!,
      (features[2 * i + 1]! - mean[1]!) / deviation[1]!,
      1,
    ]);
    for (const d of [0, 1]) {
      expect(rows.reduce((sum, row) => sum + row[d]!, 0) / 300).toBeCloseTo(0, 9);
      expect(rows.reduce((sum, row) => sum + row[d]! ** 2, 0) / 300).toBeCloseTo(1, 9);
    }
    const targets = Array.from(labels, (label) => classes.indexOf(label));
    for (const slope of slopesOf((w) => lossOf(w, rows, targets), weights))
      expect(Math.abs(slope)).toBeLessThan(2e-6);
  });

  it("has the loss and the gradient of its definition", () => {
    const rows = Array.from({ length: 10 }, () => [normal(), normal(), 1]);
    const targets = Array.from({ length: 10 }, (_, i) => i % 3);
    const weights = Float64Array.from({ length: 9 }, normal);
    const points = {
      rows: Float64Array.from(rows.flat()),
      columns: Float64Array.from([0, 1, 2].flatMap((d) => rows.map((row) => row[d]!))),
      width: 3,
      targets: Int32Array.from(targets),
    };
    const { value, gradient } = probeLoss(points, weights);
    const loss = (w: Float64Array) => lossOf(w, rows, targets);
    expect(value).toBeCloseTo(loss(weights), 12);
    for (const [at, slope] of slopesOf(loss, weights).entries()) expect(gradient[at]).toBeCloseTo(slope, 8);
  });

  it("tells apart what can be told, and no more", () => {
    const right = (probe: ReturnType<typeof fitLinearProbe>, truth: Int32Array) =>
      probeClasses(probe, features).filter((found, i) => found === truth[i]).length / 300;
    expect(right(fitLinearProbe({ features, labels, dimensions: 2 }), labels)).toBeGreaterThan(0.93);
    const next = uniform(3);
    const random = labels.map(() => [2, 5, 9][Math.floor(3 * next())]!);
    expect(right(fitLinearProbe({ features, labels: random, dimensions: 2 }), random)).toBeLessThan(0.5);
  });

  it("gives all the same class where there is one, and bears a constant feature", () => {
    const train = { features: Float32Array.of(0.1, 3, 0.1, 4), labels: [6, 6], dimensions: 2 };
    expect([...probeClasses(fitLinearProbe(train), Float32Array.of(9, -9))]).toEqual([6]);
    const two = {
      features: Float32Array.of(0.1, 3, 0.1, 4, 0.1, 8, 0.1, 9),
      labels: [1, 1, 2, 2],
      dimensions: 2,
    };
    expect([...probeClasses(fitLinearProbe(two), Float32Array.of(0.1, 3.5, 0.2, 8.5))]).toEqual([1, 2]);
  });
});
