/** What the verbs of a model may be told, checked before anything is done. */
import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { notNegative, parseSettings, positiveInteger, wholeNumber } from "../common/settings.ts";
import { kindOf } from "../data/given-rows.ts";
import { DECODED_VALUES } from "../evaluate/decoded-rows.ts";
import { trainingSettings } from "../train/settings.ts";

const has = (value: unknown, names: readonly string[]): boolean =>
  typeof value === "object" && value !== null && names.every((name) => name in value);
/** An object of another class, of which only some members are looked at. @param what with an article */
const made = (what: string, names: readonly string[]) =>
  z.custom<object>((value) => has(value, names), { error: what }).optional();
const callback = z
  .custom<() => void>((value) => typeof value === "function", { error: "a function" })
  .optional();
const sizes = z.custom<readonly number[]>(
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((each) => Number.isSafeInteger(each) && each > 0),
  { error: "a list of positive integers, such as [28, 28, 1]" },
);

const work = {
  signal: made("an AbortSignal", ["aborted", "addEventListener"]),
  onProgress: callback,
};
const sampling = { ...work, seed: wholeNumber.optional(), samples: positiveInteger.optional() };
const decoding = {
  ...work,
  units: z.literal("model", { error: '"model", or left out for the units of the data' }).optional(),
  given: z
    .custom<object>((value) => has(value, ["label"]) || has(value, ["labels"]), {
      error: "{ label } or { labels }",
    })
    .optional(),
};
const engine = made("an engine, as nodeRuntime() gives one", ["createSession", "name"]);
const weights = made("weights, as vae.weights gives them", ["layout", "parameters", "states"]);
const anything = z.unknown().optional();
const optionalTraining = Object.fromEntries(
  Object.keys(trainingSettings.shape).map((name) => [name, anything]),
);

const VERBS = {
  "new VAE": {
    inputShape: sizes.optional(),
    model: made("a model, as vae.model gives one", [
      "inputShape",
      "encoder",
      "latent",
      "decoder",
      "likelihood",
    ]),
    weights,
    runtime: engine,
  },
  load: {
    runtime: engine,
    checkpoint: z
      .union([z.enum(["best", "last"]), z.int().min(0)], { error: '"best", "last" or an iteration' })
      .optional(),
  },
  save: { force: z.boolean({ error: "true or false" }).optional() },
  train: {
    ...optionalTraining,
    epochs: z.number({ error: "a number above 0" }).positive({ error: "a number above 0" }).optional(),
    validation: anything,
    signal: work.signal,
    onEvent: callback,
    resume: made("a checkpoint, as training events give them", [
      "iteration",
      "parameters",
      "moments",
      "states",
      "running",
    ]),
  },
  encode: work,
  decode: { ...decoding, values: z.enum(["mean", "mode"]).optional() },
  reconstruct: { ...decoding, values: z.enum(["mean", "mode"]).optional() },
  sample: {
    ...decoding,
    seed: wholeNumber.optional(),
    temperature: z
      .union([notNegative, z.array(notNegative)], { error: "a number, 0 or more, or one for each layer" })
      .optional(),
    values: z.enum(DECODED_VALUES).optional(),
  },
  elbo: sampling,
  logLikelihood: sampling,
  importanceSampling: sampling,
  score: sampling,
  impute: { ...sampling, multiple: anything, interval: anything },
} as const;

/**
 * @throws {ConfigError} when options are no object, one is unknown or not what it must be
 */
export function checkOptions(verb: keyof typeof VERBS, options: unknown): void {
  if (Object.prototype.toString.call(options) !== "[object Object]")
    throw new ConfigError(
      `${verb} was given ${kindOf(options)} as its options: give an object such as { ${Object.keys(VERBS[verb])[0]} }`,
    );
  parseSettings(z.strictObject(VERBS[verb]), options);
}

/** @throws {ConfigError} when it is no path */
export function checkDirectory(directory: unknown): void {
  if (typeof directory === "string" && directory !== "" && !directory.includes("\0")) return;
  const seen = directory === "" ? "empty" : kindOf(directory);
  throw new ConfigError(`the run's folder is ${seen}: give its path as a text`);
}
