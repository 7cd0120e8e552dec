import { DataError } from "../common/errors.ts";
import { fixedShuffle } from "../numerics/fixed-shuffle.ts";
import { type Dataset, type SplitName, subset, take } from "./dataset.ts";
import type { Decoded, OpenReadingOptions } from "./open-reading.ts";

export const SPLIT_NAMES: readonly SplitName[] = ["train", "validation", "test"];

/** The splits asked for, by name. */
export type Splits<S extends SplitName = SplitName> = { readonly [K in S]: Dataset };

/** How data are read from files and dealt out to splits. */
export interface OpenOptions<S extends SplitName = SplitName> extends OpenReadingOptions {
  /** Which splits to read; default all. */
  readonly splits?: readonly S[] | undefined;
  /** value = stored value / scale; default 255 for bytes beyond 1, otherwise 1. */
  readonly scale?: number | undefined;
  /** Path of the data that validate; default: a part of the others. */
  readonly validation?: string | undefined;
  /** Path of the data that test; default: a part of the others. */
  readonly test?: string | undefined;
  /** Seed of the random splits, a whole number; default 0. Not for IDX files. */
  readonly splitSeed?: number | undefined;
  /** Data that these are read like: with their columns, categories and classes. */
  readonly like?: Decoded | undefined;
}

/** The same splits, each changed alike. */
export function everySplit<S extends SplitName>(
  splits: Splits<S>,
  change: (data: Dataset) => Dataset,
): Splits<S> {
  const all = Object.entries<Dataset>(splits).map(([name, data]) => [name, change(data)]);
  return Object.fromEntries(all) as Splits<S>;
}

/** The splits asked for. */
export function pickSplits<S extends SplitName>(all: Splits, { splits }: OpenOptions<S>): Splits<S> {
  const names = splits ?? (SPLIT_NAMES as readonly S[]);
  return Object.fromEntries(names.map((name) => [name, all[name]])) as Splits<S>;
}

/** Loads the named splits one after another, so that no more than one file's bytes are in flight. */
export async function loadSplits<S extends SplitName>(
  names: readonly S[],
  load: (split: S) => Promise<Dataset>,
): Promise<Splits<S>> {
  const splits: Partial<Record<S, Dataset>> = {};
  for (const name of names) splits[name] = await load(name);
  return splits as Splits<S>;
}

/**
 * The validation split of a training file that comes with a test file: its first twelfth, at least one
 * example; the rest trains. Of MNIST that is the first 5,000 of 60,000, as in TensorFlow's `read_data_sets`
 * (tensorflow/contrib/learn/python/learn/datasets/mnist.py, `validation_size=5000`). Both are views.
 *
 * @throws {DataError} when there are fewer than two examples.
 */
export function holdOut(training: Dataset): Splits<"train" | "validation"> {
  const { examples } = training;
  if (examples < 2) {
    throw new DataError(`${training.name} has one training example; training and validation need one each`);
  }
  const held = Math.max(1, Math.floor(examples / 12));
  return {
    train: subset(training, held, examples, "train"),
    validation: subset(training, 0, held, "validation"),
  };
}

const FEWEST_TO_SPLIT = 10;

/**
 * One of three splits of data that come without any: a tenth to test and a tenth to validate, both rounded
 * down, the rest to train. The examples are dealt out in a random order that depends on their number alone,
 * so the same file always gives the same splits.
 *
 * @throws {DataError} when there are fewer than ten examples.
 */
export function dealOut(all: Dataset, split: SplitName): Dataset {
  const { examples } = all;
  if (examples < FEWEST_TO_SPLIT) {
    throw new DataError(
      `${all.name} has ${examples} examples; a split into training, validation and test needs ${FEWEST_TO_SPLIT}`,
    );
  }
  const order = fixedShuffle(examples);
  const tenth = Math.floor(examples / 10);
  const parts = {
    test: order.subarray(0, tenth),
    validation: order.subarray(tenth, 2 * tenth),
    train: order.subarray(2 * tenth),
  };
  return take(all, parts[split], split);
}
