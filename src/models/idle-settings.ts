import { ConfigError } from "../common/errors.ts";
import { type Hyperparameters, hyperparameterFields } from "./hyperparameters.ts";
import { type Architecture, isDense } from "./sizes.ts";

/** Settings that have an effect only where another setting or the architecture allows it. */
interface Dependants {
  readonly settings: readonly (
    | "clipValue"
    | "klCycleRise"
    | "capacityWarmup"
    | "activation"
    | "keepProbability"
    | "normalization"
    | "initialization"
  )[];
  readonly areUsed: (settings: Hyperparameters, architecture: Architecture) => boolean;
  /** Ends the sentence `x is 1 but has no effect`. */
  readonly ending: string;
}

const DEPENDANTS: readonly Dependants[] = [
  {
    settings: ["clipValue"],
    areUsed: ({ clipNorm }) => clipNorm === 0,
    ending: ": leave it out, or leave out clipNorm",
  },
  {
    settings: ["klCycleRise"],
    areUsed: ({ klCycles }) => klCycles > 0,
    ending: ": leave it out, or set klCycles",
  },
  {
    settings: ["capacityWarmup"],
    areUsed: ({ capacity }) => capacity > 0,
    ending: ": leave it out, or set capacity",
  },
  {
    settings: ["activation", "keepProbability", "normalization", "initialization"],
    areUsed: (_, architecture) => isDense(architecture) || "network" in architecture,
    ending: " on networks given layer by layer: say it in the layers",
  },
];

/** Names of the settings that have no effect beside the others. */
export function idleSettings(
  hyperparameters: Hyperparameters,
  architecture: Architecture,
): ReadonlySet<string> {
  return new Set(
    DEPENDANTS.filter(({ areUsed }) => !areUsed(hyperparameters, architecture)).flatMap(
      ({ settings }) => settings,
    ),
  );
}

/**
 * Makes sure that a setting that was given has an effect. Those of a likelihood, an optimizer or a schedule are checked
 * where they are read. The value 0 asks for nothing.
 * @throws {ConfigError} naming the first setting that has no effect
 */
export function refuseIdleSettings(hyperparameters: Hyperparameters, architecture: Architecture): void {
  for (const { settings, areUsed, ending } of DEPENDANTS) {
    if (areUsed(hyperparameters, architecture)) continue;
    for (const setting of settings) {
      const value = hyperparameters[setting];
      if (value === 0 || value === hyperparameterFields.shape[setting].def.defaultValue) continue;
      throw new ConfigError(`${setting} is ${value} but has no effect${ending}`);
    }
  }
}
