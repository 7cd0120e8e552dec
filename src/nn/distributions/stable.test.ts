import { describe, expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import * as g from "../../graph/build.ts";
import { gradient } from "../../graph/gradient.ts";
import type { Tensor } from "../../graph/node.ts";
import { laplace } from "./laplace.ts";
import { normal } from "./normal.ts";
import { ceiled, compress } from "./stable.ts";
import { studentT } from "./student-t.ts";

/** f and its slope at each point, in double precision. */
function evaluated(f: (x: Tensor) => Tensor, points: readonly number[]) {
  const x = g.input("x", [points.length]);
  const y = f(x);
  const [slope] = gradient(g.reduceSum(y, [0]), [x]);
  const [value, derivative] = interpret([y, slope!], { x: points });
  return { value: [...value!], slope: [...derivative!] };
}

function finiteDifferences(f: (x: Tensor) => Tensor, points: readonly number[]): number[] {
  const step = (x: number) => 1e-6 * Math.max(1, Math.abs(x));
  const above = evaluated(
    f,
    points.map((x) => x + step(x)),
  ).value;
  const below = evaluated(
    f,
    points.map((x) => x - step(x)),
  ).value;
  return points.map((x, i) => (above[i]! - below[i]!) / (2 * step(x)));
}

const INSIDE = [-9.9, -3, -1e-20, 0, 1e-20, 0.1, 7, 9.999];
const OUTSIDE = [-1e8, -1234, -50, -10.5, 10.5, 11, 37, 5e3, 1e7];

describe.each<[name: string, f: (x: Tensor) => Tensor]>([
  ["compress", (x) => compress(x, 10)],
  ["ceiled", (x) => ceiled(x, 10, 3)],
])("%s", (name, f) => {
  it("is x inside the knee, to the bit, with slope 1", () => {
    const { value, slope } = evaluated(f, INSIDE);
    for (const [i, x] of INSIDE.entries()) expect(value[i]! + 0).toBe(x);
    expect(slope).toEqual(INSIDE.map(() => 1));
  });

  it("has the slope of finite differences outside, and rises", () => {
    const { value, slope } = evaluated(f, OUTSIDE);
    for (const [i, expected] of finiteDifferences(f, OUTSIDE).entries())
      expect(Math.abs(slope[i]! - expected)).toBeLessThan(1e-6 + 1e-4 * Math.abs(expected));
    for (let i = 1; i < value.length; i++) expect(value[i]).toBeGreaterThan(value[i - 1]!);
  });

  it("has no step and no kink at the knee", () => {
    const { value, slope } = evaluated(f, [10 - 1e-9, 10 + 1e-9, 10 + 1e-6]);
    expect(value[1]! - value[0]!).toBeCloseTo(2e-9, 12);
    expect(slope[2]).toBeCloseTo(1, 5);
  });

  it("is finite for the largest numbers of single precision", () => {
    const [low, high] = evaluated(f, [-3.4e38, 3.4e38]).value as [number, number];
    if (name === "compress") expect(high).toBeCloseTo(10 * (1 + Math.log(3.4e37)), 9);
    else expect(high).toBeLessThanOrEqual(13);
    expect(low).toBe(name === "ceiled" ? -3.4e38 : -high);
  });
});

describe("densities of values far out", () => {
  const [location, logScale] = [0.3, -1.2];
  const sigma = Math.exp(logScale);
  const column = (x: Tensor) => g.reshape(x, [x.shape[0]!, 1]);
  const families: [name: string, f: (x: Tensor) => Tensor, far: number, exact: (t: number) => number][] = [
    [
      "normal",
      (x) => normal(g.constant([location]), g.constant([2 * logScale])).logProb(column(x)),
      2e6,
      (t) => -0.5 * (Math.log(2 * Math.PI) + 2 * logScale + t * t),
    ],
    [
      "laplace",
      (x) => laplace(g.constant([location]), g.constant([logScale])).logProb(column(x)),
      Number.POSITIVE_INFINITY,
      (t) => -Math.LN2 - logScale - t,
    ],
    [
      "student-t",
      (x) => studentT(g.constant([location]), g.constant([logScale]), g.constant(4)).logProb(column(x)),
      Number.POSITIVE_INFINITY,
      // Γ(5/2)/(Γ(2)·√(4π)) = 3/8
      (t) => Math.log(3 / 8) - logScale - 2.5 * Math.log(1 + (t * t) / 4),
    ],
  ];

  it.each(families)("%s are those of the formula up to where it bends, then fall on", (_, f, far, exact) => {
    const scales = [0, 0.5, 3, 40, 900, 1.1e3, 1e5, 1e12, 1e25, 1e34];
    const { value, slope } = evaluated(
      f,
      scales.map((t) => location + t * sigma),
    );
    for (const [i, t] of scales.entries()) {
      if (t < far)
        expect(Math.abs(value[i]! - exact(t))).toBeLessThan(1e-6 * Math.max(1, Math.abs(exact(t))));
      expect(Number.isFinite(value[i])).toBe(true);
      expect(Number.isFinite(slope[i])).toBe(true);
      if (i > 0) expect(value[i]).toBeLessThan(value[i - 1]!);
    }
  });

  it.each(families)("%s have the slope of finite differences there", (_, f) => {
    const points = [-1e9, -4e6, -4e3, 900 * sigma, 5e4, 1e8, 1e12];
    const { slope } = evaluated(f, points);
    for (const [i, expected] of finiteDifferences(f, points).entries())
      expect(Math.abs(slope[i]! - expected)).toBeLessThan(1e-6 + 1e-4 * Math.abs(expected));
  });
});
