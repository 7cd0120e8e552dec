import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { createKernels } from "./kernels.ts";
import type { AdamSettings, GradientSettings, SgdSettings } from "./optimizer-settings.ts";

const MAXIMUM = 400;
const STEPS = 60;
const kernels = await createKernels({ bytes: 8 * (4 * MAXIMUM + 128) });
const buffers = Array.from({ length: 4 }, () => kernels.allocateFloat32(MAXIMUM));

function views(length: number, offset = 0): [Float32Array, Float32Array, Float32Array, Float32Array] {
  const cut = buffers.map((buffer) =>
    buffer
      .fill(-77)
      .subarray(offset, offset + length)
      .fill(0),
  );
  return cut as [Float32Array, Float32Array, Float32Array, Float32Array];
}

function fillNormal(out: Float32Array, step: number, standardDeviation: number): void {
  kernels.normal(out, { seed: 5, stream: 0, step }, { standardDeviation });
}

/** What the optimizers are given, by the definitions in float64. */
function gradientsOf(raw: Float32Array, theta: Float64Array, settings: GradientSettings): Float64Array {
  const { gradientScale = 1, clipValue, clipNorm, l2 = 0, decayLength = raw.length } = settings;
  const scaled = Float64Array.from(raw, (gradient) => gradient * gradientScale);
  const norm = Math.sqrt(scaled.reduce((sum, g) => sum + g * g, 0));
  return scaled.map((g, i) => {
    let clipped = g;
    if (clipValue !== undefined) clipped = Math.min(Math.max(g, -clipValue), clipValue);
    if (clipNorm !== undefined && norm > clipNorm) clipped = (g * clipNorm) / norm;
    return clipped + (i < decayLength ? l2 * theta[i]! : 0);
  });
}

/** Runs optimizer and definition side by side on random gradients and compares how far the parameters moved. */
function compare(
  length: number,
  optimize: (step: number, theta: Float32Array, gradients: Float32Array, state: Float32Array[]) => void,
  define: (step: number, theta: Float64Array, gradients: Float32Array) => void,
): void {
  const [theta, gradients, ...state] = views(length, length % 5);
  fillNormal(theta, 0, 0.5);
  const start = Float64Array.from(theta);
  const expected = start.slice();
  for (let step = 1; step <= STEPS; step++) {
    fillNormal(gradients, step, 128);
    optimize(step, theta, gradients, state);
    define(step, expected, gradients);
  }
  const largest = (values: Float64Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const moved = largest(expected.map((value, i) => value - start[i]!));
  const error = largest(expected.map((value, i) => value - theta[i]!));
  // Every step rounds the parameters themselves once.
  expect(error).toBeLessThan(1e-6 * moved + STEPS * 2 ** -24 * Math.max(largest(start), largest(expected)));
  const untouched = buffers.flatMap((buffer) => [
    ...buffer.subarray(0, length % 5),
    ...buffer.subarray((length % 5) + length),
  ]);
  expect(untouched.every((value) => value === -77)).toBe(true);
}

const sizes = fc.integer({ min: 1, max: MAXIMUM - 10 });
const treatments = fc.record({
  clipping: fc.constantFrom<GradientSettings | object>({}, { clipValue: 0.7 }, { clipNorm: 2 }),
  l2: fc.constantFrom(0, 0.05),
  decayed: fc.constantFrom(0, 0.37, 1),
});

describe("adam", () => {
  function compareAdam(length: number, settings: Omit<AdamSettings, "step">): void {
    const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = settings;
    const m = new Float64Array(length);
    const v = new Float64Array(length);
    compare(
      length,
      (step, parameters, gradients, [firstMoment, secondMoment]) =>
        kernels.adam(
          { parameters, gradients, firstMoment: firstMoment!, secondMoment: secondMoment! },
          { ...settings, step },
        ),
      (t, theta, raw) => {
        const gradients = gradientsOf(raw, theta, settings);
        gradients.forEach((g, i) => {
          if (i < (settings.decayLength ?? length)) theta[i]! -= learningRate * weightDecay * theta[i]!;
          m[i] = beta1 * m[i]! + (1 - beta1) * g;
          v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
          const mHat = m[i]! / (1 - beta1 ** t);
          const vHat = v[i]! / (1 - beta2 ** t);
          theta[i]! -= (learningRate * mHat) / (Math.sqrt(vHat) + epsilon);
        });
      },
    );
  }

  it("is the published algorithm for every size, clipping and decay", () => {
    fc.assert(
      fc.property(
        sizes,
        treatments,
        fc.constantFrom(0, 0.3),
        (length, { clipping, l2, decayed }, weightDecay) => {
          const decayLength = Math.floor(decayed * length);
          const base = { learningRate: 0.02, gradientScale: 1 / 128, l2, weightDecay, decayLength };
          compareAdam(length, { ...base, ...clipping });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("takes other coefficients", () => {
    compareAdam(37, { learningRate: 0.01, beta1: 0.5, beta2: 0.9, epsilon: 0.1 });
    compareAdam(37, { learningRate: 0.01, beta1: 0, beta2: 0 });
  });

  it("moves every parameter by the learning rate in its first step, whatever the gradient's size", () => {
    const [parameters, gradients, firstMoment, secondMoment] = views(5);
    gradients.set([1e-3, -1e-3, 1, -40, 1e6]);
    kernels.adam({ parameters, gradients, firstMoment, secondMoment }, { learningRate: 0.25, step: 1 });
    [-1, 1, -1, 1, -1].forEach((sign, i) => {
      expect(parameters[i]).toBeCloseTo(sign * 0.25, 5);
    });
  });

  it("forgets moments too small to matter, and stays at rest", () => {
    const [parameters, gradients, firstMoment, secondMoment] = views(6);
    firstMoment.fill(1e-36);
    secondMoment.fill(1e-36);
    const state = { parameters, gradients, firstMoment, secondMoment };
    for (let step = 1; step <= 400; step++) kernels.adam(state, { learningRate: 1e-3, step });
    expect([...firstMoment, ...secondMoment]).toEqual(Array(12).fill(0));
    expect([...parameters].every((value) => Math.abs(value) < 1e-20)).toBe(true);
  });
});

describe("sgd", () => {
  function compareSgd(length: number, settings: SgdSettings): void {
    const { learningRate, momentum = 0 } = settings;
    const velocity = new Float64Array(length);
    compare(
      length,
      (_, parameters, gradients, [first]) =>
        kernels.sgd({ parameters, gradients, velocity: first! }, settings),
      (_, theta, raw) => {
        const gradients = gradientsOf(raw, theta, settings);
        gradients.forEach((g, i) => {
          velocity[i] = momentum * velocity[i]! + g;
          theta[i]! -= learningRate * velocity[i]!;
        });
      },
    );
  }

  it("is the published algorithm for every size, clipping, decay and momentum", () => {
    const momenta = fc.constantFrom<object>({}, { momentum: 0.9 });
    fc.assert(
      fc.property(sizes, treatments, momenta, (length, { clipping, l2, decayed }, momentum) => {
        const decayLength = Math.floor(decayed * length);
        const base = { learningRate: 0.02, gradientScale: 1 / 128, l2, decayLength };
        compareSgd(length, { ...base, ...clipping, ...momentum });
      }),
      { numRuns: 60 },
    );
  });

  it("lets a velocity without momentum be the gradient", () => {
    const [parameters, gradients, velocity] = views(6);
    gradients.set([1, 2, 3, 4, 5, 6]);
    kernels.sgd({ parameters, gradients, velocity }, { learningRate: 0.5 });
    expect([...parameters]).toEqual([-0.5, -1, -1.5, -2, -2.5, -3]);
    expect([...velocity]).toEqual([...gradients]);
  });
});

describe("gradients in two parts", () => {
  it.each([{ clipValue: 0.5 }, { clipNorm: 3 }, { l2: 0.1, decayLength: 4 }])(
    "move parameters as their sum does, bit for bit, with %o",
    (treatment) => {
      const settings = { learningRate: 0.1, gradientScale: 0.5, ...treatment };
      const update = (length: number, inParts: boolean) => {
        const [parameters, gradients, otherGradients, firstMoment] = views(length, 1);
        const secondMoment = kernels.allocateFloat32(length);
        fillNormal(gradients, 1, 2);
        fillNormal(otherGradients, 2, 2);
        const whole = gradients.map((gradient, i) => gradient + otherGradients[i]!);
        if (!inParts) gradients.set(whole);
        const state = { parameters, gradients, otherGradients: inParts ? otherGradients : undefined };
        kernels.adam({ ...state, firstMoment, secondMoment }, { ...settings, step: 1 });
        kernels.sgd({ ...state, velocity: firstMoment }, { ...settings, momentum: 0.9 });
        return [...parameters];
      };
      for (const length of [5, 8, 31]) {
        const [moved, expected] = [update(length, true), update(length, false)];
        expect(moved).toEqual(expected);
        expect(moved.some((value) => value !== 0)).toBe(true);
      }
    },
  );

  it("must be of the parameters' length and in the kernels' memory", () => {
    const [parameters, gradients, otherGradients, velocity] = views(6);
    const update = (other: Float32Array) => () =>
      kernels.sgd({ parameters, gradients, otherGradients: other, velocity }, { learningRate: 1 });
    expect(update(otherGradients.subarray(1))).toThrow("otherGradients has 5 elements; it needs 6");
    expect(update(new Float32Array(6))).toThrow("otherGradients lies in other memory");
  });
});

describe("a gradient that is not a number", () => {
  const places = [0, 3, 4, 6];
  it.each(places)("reaches the parameter at %i through clipping by value, and no other", (place) => {
    const updates = [
      ([parameters, gradients, firstMoment, secondMoment]: ReturnType<typeof views>) =>
        kernels.adam(
          { parameters, gradients, firstMoment, secondMoment },
          { learningRate: 0.1, step: 1, clipValue: 5, l2: 0.1 },
        ),
      ([parameters, gradients, velocity]: ReturnType<typeof views>) =>
        kernels.sgd({ parameters, gradients, velocity }, { learningRate: 0.1, clipValue: 5, momentum: 0.5 }),
    ];
    const isPlace = Array.from({ length: 7 }, (_, i) => i === place);
    for (const update of updates) {
      const all = views(7);
      const [parameters, gradients, ...moments] = all;
      gradients.fill(1);
      gradients[place] = Number.NaN;
      update(all);
      expect(Array.from(parameters, Number.isNaN)).toEqual(isPlace);
      for (const moment of moments.filter((view) => view.some((value) => value !== 0)))
        expect(Array.from(moment, Number.isNaN)).toEqual(isPlace);
    }
  });

  it("makes everything NaN through clipping by norm", () => {
    const [parameters, gradients, velocity] = views(7);
    gradients[2] = Number.NaN;
    kernels.sgd({ parameters, gradients, velocity }, { learningRate: 0.1, clipNorm: 1 });
    expect(parameters.every(Number.isNaN)).toBe(true);
  });
});

describe("views", () => {
  const [parameters, gradients, firstMoment, secondMoment] = views(8);
  const state = { parameters, gradients, firstMoment, secondMoment };

  it("must have one length", () => {
    const short = gradients.subarray(1);
    const shortGradients = { parameters, gradients: short, velocity: firstMoment };
    expect(() => kernels.sgd(shortGradients, { learningRate: 1 })).toThrow(DataError);
    const shortState = { ...state, secondMoment: secondMoment.subarray(1) };
    expect(() => kernels.adam(shortState, { learningRate: 1, step: 1 })).toThrow(
      "secondMoment has 7 elements",
    );
  });
});
