import { describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import { bitsPerDimension, imageBitsPerDimension } from "./bits-per-dimension.ts";

const images = dataset(Uint8Array.of(0, 255, 7, 100, 3, 4), { shape: [1, 2, 3] });
const VALUES = 6;

describe("bitsPerDimension", () => {
  it("is 8 for the uniform distribution over 256 levels, as probabilities or as the density of [0, 1]", () => {
    expect(bitsPerDimension(VALUES * Math.log(256), VALUES)).toBeCloseTo(8, 12);
    expect(bitsPerDimension(0, VALUES, 256)).toBe(8);
  });

  it("does not depend on the unit in which a density was modelled", () => {
    // Values divided by 255 have a density 255 times as high, in each dimension.
    const nll = 20;
    const scaled = nll - VALUES * Math.log(255);
    expect(bitsPerDimension(scaled, VALUES, 255)).toBeCloseTo(bitsPerDimension(nll, VALUES), 12);
  });
});

describe("imageBitsPerDimension", () => {
  const levels: Likelihood = { type: "discretized-logistic", scale: "decoder" };
  const density: Likelihood = { type: "gaussian", scale: 1 };

  it("takes probabilities of levels as they are, and densities in levels", () => {
    expect(imageBitsPerDimension(levels, images, VALUES * Math.log(256))).toBeCloseTo(8, 12);
    expect(imageBitsPerDimension(density, images, 0)).toBeCloseTo(Math.log2(255), 12);
    const halved = dataset(storedRows(images), { shape: images.shape, divisor: 128 });
    expect(imageBitsPerDimension(density, halved, 0)).toBeCloseTo(7, 12);
  });

  it("is not there for a Bernoulli of grey values, for other types of data and for black and white", () => {
    expect(imageBitsPerDimension({ type: "bernoulli" }, images, 1)).toBeUndefined();
    const rows = Uint8Array.of(0, 255, 7, 100, 3, 4);
    expect(imageBitsPerDimension(density, dataset(rows, { shape: [6] }), 1)).toBeUndefined();
    const reals = Float32Array.of(0, 1, 0.5);
    expect(imageBitsPerDimension(density, dataset(reals, { shape: [1, 1, 3] }), 1)).toBeUndefined();
    const bits = Uint8Array.of(0, 1, 1);
    expect(imageBitsPerDimension(density, dataset(bits, { shape: [1, 1, 3] }), 1)).toBeUndefined();
  });
});
