import { expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { refuseIdleSettings } from "../models/idle-settings.ts";
import { VAE } from "../vae/vae.ts";

const refuse = (given: HyperparametersInput) => refuseIdleSettings(hyperparameters.parse(given));

it.each<[given: HyperparametersInput, companion: HyperparametersInput, remedy: string]>([
  [{ learningRateStep: 5 }, { schedule: "step" }, "choose schedule step"],
  [{ learningRateDecay: 0.5 }, { schedule: "step" }, "choose schedule step"],
  [{ momentum: 0.5 }, { optimizer: "sgd" }, "choose optimizer sgd"],
  [{ weightDecay: 0.5 }, { optimizer: "adamw" }, "choose optimizer adamw"],
  [{ optimizer: "sgd", epsilon: 0.5 }, { optimizer: "adam" }, "choose optimizer adam or adamw"],
  [{ clipNorm: 1, clipValue: 2 }, { clipNorm: 0 }, "leave out clipNorm"],
  [{ klCycleRise: 0.25 }, { klCycles: 2 }, "set klCycles"],
  [{ capacityWarmup: 5 }, { capacity: 2 }, "set capacity"],
])("refuses %o alone, and takes it with %o", (given, companion, remedy) => {
  const [setting, value] = Object.entries(given).at(-1)!;
  const sentence = `${setting} is ${value} but has no effect: leave it out, or ${remedy}`;
  expect(() => refuse(given)).toThrow(new ConfigError(sentence));
  expect(() => refuse({ ...given, ...companion })).not.toThrow();
});

it("takes defaults, and 0, which asks for nothing", () => {
  for (const optimizer of ["adam", "adamw", "sgd"] as const)
    expect(() => refuse({ optimizer, weightDecay: 0, momentum: 0 })).not.toThrow();
});

it("is asked when a model is made, not when one is opened", () => {
  const settings = { weightDecay: 0.5 };
  expect(() => new VAE([4, 2], settings)).toThrow("weightDecay is 0.5 but has no effect");
  const { model } = new VAE([4, 2]);
  expect(() => new VAE([4, 2], settings, { model })).not.toThrow();
});
