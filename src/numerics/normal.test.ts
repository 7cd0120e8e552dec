import { describe, expect, test } from "vitest";
import { normalDistribution, normalQuantile } from "./normal.ts";

const EPSILON = 1e-15;

describe("normalQuantile", () => {
  /**
   * By mpmath with 60 digits, for the double nearest to p; first the three of Wichura's paper, then values on both
   * sides of the algorithm's borders.
   */
  test.each([
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
    [0.5000001, 2.506628273311648e-7],
    [0.9, 1.2815515655446006],
    [0.075, -1.439531470938456],
    [0.0749999, -1.4395321773759007],
    [0.025, -1.9599639845400543],
    [0.975, 1.959963984540054],
    [0.999999, 4.753424308817088],
    [0.9999999999, 6.361340889697422],
    [1e-10, -6.361340902404056],
    [1.4e-11, -6.656723091518184],
    [1.38e-11, -6.658838502850766],
    [1e-100, -21.273453560965326],
    [1e-300, -37.0470962993612],
  ])("of %d", (p, quantile) => {
    expect(Math.abs(normalQuantile(p) / quantile - 1)).toBeLessThan(EPSILON);
  });

  test("of the ends, of the middle and outside", () => {
    expect([0, 0.5, 1].map(normalQuantile)).toEqual([Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY]);
    expect([-0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("normalDistribution", () => {
  /** By mpmath with 60 digits. */
  test.each([
    [-7.5, 3.190891672910896e-14],
    [-5, 2.866515718791939e-7],
    [-2, 0.02275013194817921],
    [0, 0.5],
    [0.1, 0.539827837277029],
    [1, 0.8413447460685429],
    [3.5, 0.9997673709209645],
  ])("at %d", (z, probability) => {
    expect(Math.abs(normalDistribution(z) - probability)).toBeLessThan(1e-14);
  });

  test("far out and of no number", () => {
    expect(normalDistribution(-40)).toBe(0);
    expect(normalDistribution(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalDistribution(Number.NaN)).toBeNaN();
  });
});
