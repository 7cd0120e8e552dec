import { expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import { refuseIdleSettings } from "../models/idle-settings.ts";
import { VAE } from "../vae/vae.ts";

const refuse = (given: HyperparametersInput) =>
  refuseIdleSettings(parseSettings(hyperparameters, given), [4, 2]);

it.each<[given: HyperparametersInput, companion: HyperparametersInput, ending: string]>([
  [
    { learningRateStep: 5 },
    { schedule: "step" },
    " on schedule constant: leave it out, or choose schedule step",
  ],
  [
    { learningRateDecay: 0.5 },
    { schedule: "step" },
    " on schedule constant: leave it out, or choose schedule step",
  ],
  [{ momentum: 0.5 }, { optimizer: "sgd" }, " on optimizer adam: leave it out, or choose optimizer sgd"],
  [
    { weightDecay: 0.5 },
    { optimizer: "adamw" },
    " on optimizer adam: leave it out, or choose optimizer adamw",
  ],
  [
    { optimizer: "sgd", epsilon: 0.5 },
    { optimizer: "adam" },
    " on optimizer sgd: leave it out, or choose optimizer adam or adamw",
  ],
  [{ clipNorm: 1, clipValue: 2 }, { clipNorm: 0 }, ": leave it out, or leave out clipNorm"],
  [{ klCycleRise: 0.25 }, { klCycles: 2 }, ": leave it out, or set klCycles"],
  [{ capacityWarmup: 5 }, { capacity: 2 }, ": leave it out, or set capacity"],
])("refuses %o alone, and takes it with %o", (given, companion, ending) => {
  const [setting, value] = Object.entries(given).at(-1)!;
  expect(() => refuse(given)).toThrow(new ConfigError(`${setting} is ${value} but has no effect${ending}`));
  expect(() => refuse({ ...given, ...companion })).not.toThrow();
});

it("takes defaults, and 0, which asks for nothing", () => {
  for (const optimizer of ["adam", "adamw", "sgd"] as const)
    expect(() => refuse({ optimizer, weightDecay: 0, momentum: 0 })).not.toThrow();
});

it("refuses the style of hidden layers where networks are given layer by layer", () => {
  const layers = { inputShape: [4], latent: 2, encoder: [] };
  expect(() => refuseIdleSettings(parseSettings(hyperparameters, { activation: "relu" }), layers)).toThrow(
    "activation is relu but has no effect on networks given layer by layer: say it in the layers",
  );
});

it("settings of an optimizer and a schedule stand inside them or beside their names", () => {
  const nested = {
    optimizer: { type: "sgd", momentum: 0.5 },
    schedule: { type: "step", learningRateStep: 7 },
  } as const;
  const flat = { optimizer: "sgd", momentum: 0.5, schedule: "step", learningRateStep: 7 } as const;
  const complete = parseSettings(hyperparameters, nested);
  expect(complete).toMatchObject({
    optimizer: { type: "sgd", momentum: 0.5 },
    schedule: { type: "step", learningRateStep: 7, learningRateDecay: 0.1 },
  });
  expect(complete).not.toHaveProperty("momentum");
  expect(parseSettings(hyperparameters, flat)).toEqual(complete);
  expect(() => parseSettings(hyperparameters, { ...nested, momentum: 0.6 })).toThrow(
    "momentum is 0.6 but optimizer has momentum 0.5: leave out the one beside the optimizer",
  );
});

it("is asked when a model is made, not when one is opened", () => {
  const settings = { klCycleRise: 0.25 };
  expect(() => new VAE([4, 2], settings)).toThrow("klCycleRise is 0.25 but has no effect");
  const { model } = new VAE([4, 2]);
  expect(() => new VAE([4, 2], settings, { model })).not.toThrow();
});
