import { ConfigError } from "../common/errors.ts";
import { type Hyperparameters, hyperparameterFields } from "./hyperparameters.ts";

/** Settings that have an effect only with another one. */
interface Dependants {
  readonly settings: readonly Exclude<
    keyof Hyperparameters,
    "likelihood" | "prior" | "posterior" | "condition" | "penalty"
  >[];
  readonly areUsed: (settings: Hyperparameters) => boolean;
  /** The setting they need. */
  readonly remedy: string;
}

const DEPENDANTS: readonly Dependants[] = [
  {
    settings: ["learningRateStep", "learningRateDecay"],
    areUsed: ({ schedule }) => schedule === "step",
    remedy: "choose schedule step",
  },
  { settings: ["momentum"], areUsed: ({ optimizer }) => optimizer === "sgd", remedy: "choose optimizer sgd" },
  {
    settings: ["weightDecay"],
    areUsed: ({ optimizer }) => optimizer === "adamw",
    remedy: "choose optimizer adamw",
  },
  {
    settings: ["epsilon"],
    areUsed: ({ optimizer }) => optimizer !== "sgd",
    remedy: "choose optimizer adam or adamw",
  },
  { settings: ["clipValue"], areUsed: ({ clipNorm }) => clipNorm === 0, remedy: "leave out clipNorm" },
  { settings: ["klCycleRise"], areUsed: ({ klCycles }) => klCycles > 0, remedy: "set klCycles" },
  { settings: ["capacityWarmup"], areUsed: ({ capacity }) => capacity > 0, remedy: "set capacity" },
];

/**
 * Makes sure that what was asked for is done. The value 0 asks for nothing.
 * @throws {ConfigError} naming the first setting that was changed to no effect
 */
export function refuseIdleSettings(hyperparameters: Hyperparameters): void {
  for (const { settings, areUsed, remedy } of DEPENDANTS) {
    if (areUsed(hyperparameters)) continue;
    for (const setting of settings) {
      const value = hyperparameters[setting];
      if (value === 0 || value === hyperparameterFields.shape[setting].def.defaultValue) continue;
      throw new ConfigError(`${setting} is ${value} but has no effect: leave it out, or ${remedy}`);
    }
  }
}
