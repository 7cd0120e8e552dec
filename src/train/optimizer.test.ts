import { expect, it } from "vitest";
import { parseSettings } from "../common/settings.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { optimizers } from "./optimizer.ts";

const MOMENTS = [new Float32Array(3), new Float32Array(3)];
const parameters = new Float32Array(3);
const gradients = new Float32Array(3);
const schedule = { learningRate: 0.07, gradientScale: 1 / 32, decayLength: 2 };
const chosen = { l2: 0.2, clipValue: 2 };
const OWN = {
  adam: { type: "adam", epsilon: 0.5 },
  adamw: { type: "adamw", epsilon: 0.5, weightDecay: 0.3 },
  sgd: { type: "sgd", momentum: 0.4 },
} as const;

/** The kernel that is called, with its arguments. */
function calledWith(optimizer: "adam" | "adamw" | "sgd", settings: HyperparametersInput) {
  const calls: unknown[][] = [];
  const record =
    (name: string) =>
    (...given: unknown[]) =>
      calls.push([name, ...given]);
  const kernels = { adam: record("adam"), sgd: record("sgd") } as unknown as Kernels;
  optimizers[optimizer].update(
    kernels,
    { parameters, gradients, moments: MOMENTS },
    { iteration: 6, ...schedule },
    hyperparameters.parse({ optimizer: OWN[optimizer], ...chosen, ...settings }),
  );
  return calls;
}

const [firstMoment, secondMoment] = MOMENTS;

it.each([
  ["adam", 0],
  ["adamw", 0.3],
] as const)("%s is given its settings, with a decoupled decay of %d", (optimizer, weightDecay) => {
  const settings = { ...schedule, step: 6, epsilon: 0.5, l2: 0.2, weightDecay, clipValue: 2 };
  expect(calledWith(optimizer, {})).toEqual([
    ["adam", { parameters, gradients, firstMoment, secondMoment }, settings],
  ]);
});

it("sgd is given its settings", () => {
  expect(calledWith("sgd", {})).toEqual([
    [
      "sgd",
      { parameters, gradients, velocity: firstMoment },
      { ...schedule, l2: 0.2, momentum: 0.4, clipValue: 2 },
    ],
  ]);
});

it.each(["adam", "adamw", "sgd"] as const)(
  "%s clips by norm, and no longer by value, where asked",
  (optimizer) => {
    const [[, , settings]] = calledWith(optimizer, { clipNorm: 3 }) as [[string, object, object]];
    expect(settings).toMatchObject({ clipNorm: 3 });
    expect(settings).not.toHaveProperty("clipValue");
  },
);

it.each<[HyperparametersInput, string]>([
  [{ learningRate: -1 }, "learningRate is -1: it must be a number above 0"],
  [{ learningRate: Number.NaN }, "learningRate is NaN"],
  [{ l2: -0.1 }, "l2 is -0.1: it must be a number, 0 or more"],
  [{ clipValue: 1e-46 }, "clipValue is 1e-46: it must be a number of 1e-30 or more"],
  [{ clipNorm: -1 }, "clipNorm is -1: it must be a number, 0 or more"],
  [{ epsilon: 0 }, "epsilon is 0: it must be a number of 1e-30 or more"],
  [
    { optimizer: { type: "adamw", weightDecay: -1 } },
    "optimizer.weightDecay is -1: it must be a number, 0 or more",
  ],
  [
    { optimizer: { type: "sgd", momentum: 1 - 1e-12 } },
    "optimizer.momentum is 0.999999999999: it must be a number from 0",
  ],
  [{ optimizer: "rmsprop" as "sgd" }, 'optimizer is "rmsprop": it must be one of adam, adamw, sgd'],
])("%o is refused before training", (settings, sentence) => {
  expect(() => parseSettings(hyperparameters, settings)).toThrow(sentence);
});
