import { expect, it } from "vitest";
import type { Kernels } from "../kernels/kernels.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { optimizers } from "./optimizer.ts";

const MOMENTS = [new Float32Array(3), new Float32Array(3)];
const parameters = new Float32Array(3);
const gradients = new Float32Array(3);
const schedule = { learningRate: 0.07, gradientScale: 1 / 32, decayLength: 2 };
const chosen = { epsilon: 0.5, l2: 0.2, weightDecay: 0.3, momentum: 0.4, clipValue: 2 };

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
    hyperparameters.parse({ optimizer, ...chosen, ...settings }),
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
