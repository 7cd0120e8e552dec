import * as z from "zod";
import { ConfigError, NumericalError, RunError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { settingsAsFlags } from "../common/named-setting.ts";
import { shownAs } from "../common/settings.ts";
import { type HyperparametersInput, hyperparameterFields } from "../models/hyperparameters.ts";
import { KIND_SETTINGS } from "../models/nested-settings.ts";
import { type TrainingSettingsInput, trainingSettings } from "../train/settings.ts";
import type { Flag } from "./flags.ts";

/** Flags of all hyperparameters, each named as its setting: `keepProbability` is `--keep-probability`. */
export const hyperparameterFlags = Object.fromEntries(
  Object.entries<z.ZodType>(hyperparameterFields.shape).map(([name, schema]) => [
    name,
    hyperparameterFlag(name, schema),
  ]),
) as unknown as {
  readonly [K in keyof HyperparametersInput]-?: Flag<z.ZodType<HyperparametersInput[K] | undefined>>;
};

export const trainingFlags = flagsOf(trainingSettings.shape);

/** Hyperparameters that were given; the others are left to their defaults, or to the run that goes on. */
export function givenHyperparameters(input: HyperparametersInput): HyperparametersInput {
  return given(input, Object.keys(hyperparameterFlags));
}

/** Training settings that were given. */
export function givenTrainingSettings(input: TrainingSettingsInput): TrainingSettingsInput {
  return given(input, Object.keys(trainingFlags));
}

const NAMING_SETTINGS = [ConfigError, RunError, NumericalError];

/** Runs work and rewrites its errors so that they name flags instead of settings. */
export async function namingFlags<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const SameError = NAMING_SETTINGS.find((kind) => error instanceof kind);
    if (!SameError) throw error;
    throw new SameError(inFlags((error as Error).message), { cause: error });
  }
}

/** Replaces names of settings that cannot be mistaken for words: `learningRate`, and `beta` where it begins a sentence. */
function inFlags(message: string): string {
  const names = [
    "architecture",
    "scale",
    "device",
    ...Object.keys(hyperparameterFlags),
    ...Object.keys(trainingFlags),
  ];
  return names.reduce((text, name) => {
    const pattern = /[A-Z\d]/.test(name) ? new RegExp(`\\b${name}\\b`, "g") : new RegExp(`^${name}(?= is )`);
    return text.replace(pattern, flagName(name));
  }, settingsAsFlags(message));
}

function given<T extends object>(input: T, keys: readonly string[]): T {
  return Object.fromEntries(
    Object.entries(input).filter(([key, value]) => keys.includes(key) && value !== undefined),
  ) as T;
}

type SettingFlags<S> = {
  readonly [K in keyof S as S[K] extends z.ZodDefault ? K : never]: Flag<
    S[K] extends z.ZodDefault<infer T extends z.ZodType> ? z.ZodOptional<T> : never
  >;
};

/** Flags of the settings that have a default. */
function flagsOf<S extends Record<string, z.ZodType>>(schemas: S): SettingFlags<S> {
  const withDefault = Object.entries(schemas).filter(([, schema]) => schema instanceof z.ZodDefault);
  return Object.fromEntries(
    withDefault.map(([key, schema]) => [key, flagOf(schema as z.ZodDefault<z.ZodType>)]),
  ) as SettingFlags<S>;
}

/**
 * The flag of a setting that has a default. The setting keeps the default, so that a flag that was not given can be told
 * from one that was.
 */
export function flagOf<S extends z.ZodType>(schema: z.ZodDefault<S>): Flag<z.ZodOptional<S>> {
  return { ...shownAs(schema)!, schema: z.optional(schema.unwrap()), fallback: schema.def.defaultValue };
}

function hyperparameterFlag(name: string, schema: z.ZodType): Flag {
  const named = KIND_SETTINGS.find((each) => each.name === name);
  if (named) return { ...flagOf(schema as z.ZodDefault<z.ZodType>), schema: z.enum(named.types).optional() };
  const owner = KIND_SETTINGS.find(({ settings }) => settings.has(name));
  if (owner) {
    const { schema: own, kinds } = owner.settings.get(name)!;
    const flag = flagOf(own);
    return { ...flag, about: `with ${flagName(owner.name)} ${kinds.join(", ")}: ${flag.about}` };
  }
  // Without a default, the setting's own schema reads the flag's text.
  if (!(schema instanceof z.ZodDefault)) return { ...shownAs(schema)!, schema: z.custom().optional() };
  return flagOf(schema as z.ZodDefault<z.ZodType>);
}
