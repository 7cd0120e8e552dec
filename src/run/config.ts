import * as z from "zod";
import { ConfigError, RunError } from "../common/errors.ts";
import { parseSettings, positive, positiveInteger } from "../common/settings.ts";
import { COLUMN_KINDS } from "../data/decoding.ts";
import { storedHyperparameters } from "../models/hyperparameters.ts";
import { architectureSchema } from "../models/schema/architecture.ts";
import { modelSchema } from "../models/schema/model.ts";
import { trainingSettings } from "../train/settings.ts";

export const FORMAT_VERSION = 1;

const text = z.string("a text").min(1, "a text");

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const splitFingerprints = z.strictObject({ rows: sha256.exactOptional(), labels: sha256.exactOptional() });

const decoding = z.strictObject({
  label: text.exactOptional(),
  group: text.exactOptional(),
  split: text.exactOptional(),
  columns: z.record(z.string(), z.enum(COLUMN_KINDS)).exactOptional(),
  categories: z.record(z.string(), z.array(z.string())).exactOptional(),
  labelNames: z.array(z.string()).exactOptional(),
  size: z.tuple([positiveInteger, positiveInteger]).exactOptional(),
  grey: z.boolean().exactOptional(),
  crop: z.boolean().exactOptional(),
  layer: text.exactOptional(),
  window: positiveInteger.exactOptional(),
  spectrogram: z.boolean().exactOptional(),
  sampleRate: positive.exactOptional(),
  strict: z.boolean().exactOptional(),
  validation: text.exactOptional(),
  test: text.exactOptional(),
  splitSeed: z.int().min(0).exactOptional(),
});

const settingsChange = z.strictObject({
  /** Iterations done when the settings changed. */
  iteration: z.int().min(0),
  /** By name: what the settings that changed were until then. */
  before: z.record(text, z.union([z.number(), z.string(), z.boolean()])),
});

export type SettingsChange = z.output<typeof settingsChange>;

/** Everything needed to repeat a run; nothing in it depends on the time or on the run's folder. */
export const runConfig = z.strictObject({
  formatVersion: z.literal(FORMAT_VERSION),
  createdBy: z.strictObject({
    /** Version of vaekit. */
    vaekit: text,
    engine: z.strictObject({ name: text, version: text }),
  }),
  data: z.strictObject({
    /** A built-in name, such as `mnist`, an absolute path, or `made in code: NAME`. */
    source: text,
    /** Stored values are divided by this: 255 for pixels. */
    scale: positive.default(1),
    /** Least and greatest value of the training rows, scaled: what pictures are drawn to. Older runs have none. */
    range: z.tuple([z.number(), z.number()]).exactOptional(),
    /** What is done to scaled values before the model sees them: (value − center) / spread, value by value. */
    preprocess: z.strictObject({ center: z.array(z.number()), spread: z.array(positive) }).exactOptional(),
    /** Examples of each split. */
    examples: z.strictObject({
      train: positiveInteger,
      validation: positiveInteger.exactOptional(),
      test: positiveInteger.exactOptional(),
    }),
    /** How files became rows; absent for IDX files, and in older runs. */
    decoding: decoding.exactOptional(),
    /** Of the training rows: SHA-256, as hexadecimal digits. */
    fingerprint: sha256,
    /** Of the other rows, and of labels, split by split. Older runs have none. */
    fingerprints: z
      .strictObject({
        train: splitFingerprints.exactOptional(),
        validation: splitFingerprints.exactOptional(),
        test: splitFingerprints.exactOptional(),
      })
      .exactOptional(),
  }),
  /** As it was asked for; `model` says what came of it. */
  architecture: architectureSchema,
  hyperparameters: storedHyperparameters,
  training: trainingSettings,
  /** Whether weights are kept at logarithmic times, for films. */
  film: z.boolean().exactOptional(),
  /** The run whose weights this one began with; absent where they were drawn. */
  origin: z
    .strictObject({
      /** Path of its folder. */
      run: text,
      /** Of that run, where it was not its model. */
      checkpoint: z.union([z.enum(["best", "last"]), z.int().min(0)]).exactOptional(),
      /** Of those weights. */
      iteration: z.int().min(0),
    })
    .exactOptional(),
  /** Settings that a resumption changed, in order; absent where none did. The settings above are those in force. */
  changes: z.array(settingsChange).exactOptional(),
  model: modelSchema,
});

export type RunConfig = z.output<typeof runConfig>;
/** Settings that have a default may be left out. */
export type RunConfigInput = z.input<typeof runConfig>;

/** The text of the file. @throws {ConfigError} when the configuration is not one */
export function formatConfig(config: RunConfigInput): string {
  return `${JSON.stringify(parseSettings(runConfig, config), null, 2)}\n`;
}

/** @param path names the file in messages @throws {RunError} when the text is damaged, or of a newer version of vaekit */
export function parseConfig(path: string, text: string): RunConfig {
  const content = parseJson(path, text);
  checkVersion(path, content);
  try {
    return parseSettings(runConfig, content);
  } catch (error) {
    if (error instanceof ConfigError) throw new RunError(`${path}: ${error.message}`, { cause: error });
    throw error;
  }
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new RunError(`${path} is not JSON (${(error as Error).message}): restore it, or train again`, {
      cause: error,
    });
  }
}

function checkVersion(path: string, content: unknown): void {
  const version = (content as { formatVersion?: unknown } | null)?.formatVersion;
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1)
    throw new RunError(`${path} has no formatVersion: a run's configuration has one of 1 or more`);
  if (version > FORMAT_VERSION)
    throw new RunError(
      `${path} was written by a newer vaekit (format ${version}); this one reads format ${FORMAT_VERSION}: upgrade vaekit`,
    );
}
