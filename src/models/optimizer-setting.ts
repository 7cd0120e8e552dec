import { fraction, notNegative, notTiny, positive, positiveInteger, section } from "../common/settings.ts";
import { type FlatSettings, type KindInput, KindSetting, type KindSettings } from "./kind-setting.ts";

const optimisation = section("Optimisation");

const epsilon = optimisation(notTiny.default(1e-8), "ε", "gradients well below it move their weights little");

/** How gradients become steps. */
export const OPTIMIZER = new KindSetting("optimizer", {
  adam: { epsilon },
  adamw: {
    epsilon,
    weightDecay: optimisation(notNegative.default(1e-2), "weight", "decoupled weight decay"),
  },
  sgd: { momentum: optimisation(fraction.default(0.9), "m", "momentum") },
});

/** How the learning rate changes over the training. */
export const SCHEDULE = new KindSetting("schedule", {
  constant: {},
  cosine: {},
  step: {
    learningRateStep: optimisation(positiveInteger.default(10_000), "n", "iterations between drops"),
    learningRateDecay: optimisation(positive.default(0.1), "factor", "factor of each drop"),
  },
});

type OptimizerKinds = (typeof OPTIMIZER)["kinds"];
type ScheduleKinds = (typeof SCHEDULE)["kinds"];

/** An optimizer as a user writes it: its name, or its settings: `{ type: "sgd", momentum: 0.5 }`. */
export type OptimizerInput = KindInput<OptimizerKinds>;

/** A schedule as a user writes it: its name, or its settings. */
export type ScheduleInput = KindInput<ScheduleKinds>;

/** The settings of all optimizers and schedules, beside their names. */
export type FlatOptimizerSettings = FlatSettings<OptimizerKinds> & FlatSettings<ScheduleKinds>;

export type OptimizerSettings = KindSettings<OptimizerKinds>;
