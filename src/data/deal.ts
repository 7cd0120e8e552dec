import { DataError } from "../common/errors.ts";
import { fixedShuffle } from "../numerics/fixed-shuffle.ts";
import { type Dataset, type SplitName, take } from "./dataset.ts";
import { UNLABELLED } from "./labels.ts";
import { rowKeys } from "./row-keys.ts";

/** Share of the examples for each split; the rest is for training. */
const PARTS = { test: 0.1, validation: 0.1 } as const;

interface DealOptions {
  /** Seed of the assignment; default 0. */
  readonly seed?: number | undefined;
  /** Splits to make; "train" is always one. */
  readonly splits?: readonly SplitName[];
}

/**
 * Deals examples out so that nothing leaks: equal examples and examples of one group are never divided between splits.
 * Each class is divided in the same proportions: a tenth tests, a tenth validates, the rest trains. The same data are
 * always dealt the same way.
 *
 * @returns ascending indices of the examples of each split
 * @throws {DataError} when there are too few groups for every split to get one
 */
export function deal(
  all: Dataset,
  { seed = 0, splits = ["test", "validation"] }: DealOptions = {},
): Record<SplitName, Uint32Array> {
  const units = unitsOf(all);
  const wanted = (["test", "validation"] as const).filter((split) => splits.includes(split));
  if (units.length < wanted.length + 1) throw tooFew(all, units.length, wanted.length + 1);
  const dealt: Record<SplitName, Uint32Array[]> = { train: [], validation: [], test: [] };
  const owed = { test: 0, validation: 0 };
  for (const unit of byClass(all, units, seed)) {
    for (const split of wanted) owed[split] += PARTS[split] * unit.length;
    // A unit goes to training until another split lacks at least half of it.
    const taker = wanted.find((split) => owed[split] >= unit.length / 2 - 1e-9);
    if (taker) owed[taker] -= unit.length;
    dealt[taker ?? "train"].push(unit);
  }
  for (const split of wanted)
    if (dealt[split].length === 0) dealt[split].push(removeSmallest(largestOf(dealt)));
  return { train: joined(dealt.train), validation: joined(dealt.validation), test: joined(dealt.test) };
}

/** Examples of a data set with the splits that they are dealt to. */
export function takeSplits(
  all: Dataset,
  indices: Readonly<Record<SplitName, Uint32Array>>,
): Record<SplitName, Dataset> {
  const split = (name: SplitName) => take(all, indices[name], name);
  return { train: split("train"), validation: split("validation"), test: split("test") };
}

/** Examples that belong together: those that are equal or of one group, and those that are joined by others. */
function unitsOf(all: Dataset): Uint32Array[] {
  const { examples, groups } = all;
  const parent = Uint32Array.from({ length: examples }, (_, i) => i);
  const find = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  const unite = <Key>(keys: ArrayLike<Key>) => {
    const first = new Map<Key, number>();
    for (let i = 0; i < examples; i++) {
      const before = first.get(keys[i]!);
      if (before === undefined) first.set(keys[i]!, i);
      else parent[find(i)] = find(before);
    }
  };
  unite(rowKeys(all));
  if (groups) unite(groups.map((group, i) => (group === "" ? `\0${i}` : group)));
  const members = new Map<number, number[]>();
  for (let i = 0; i < examples; i++) {
    const root = find(i);
    const unit = members.get(root);
    if (unit) unit.push(i);
    else members.set(root, [i]);
  }
  return Array.from(members.values(), (unit) => Uint32Array.from(unit));
}

/** Units in random order, but class after class; those whose class is not known are a class here. */
function byClass({ labels }: Dataset, units: readonly Uint32Array[], seed: number): Uint32Array[] {
  const shuffled = Array.from(fixedShuffle(units.length, seed), (i) => units[i]!);
  if (!labels) return shuffled;
  const classOf = (unit: Uint32Array) => Math.max(UNLABELLED, labels[unit[0]!]!);
  return shuffled.sort((a, b) => classOf(a) - classOf(b));
}

function largestOf(dealt: Record<SplitName, Uint32Array[]>): Uint32Array[] {
  return Object.values(dealt).reduce((a, b) => (b.length > a.length ? b : a));
}

function removeSmallest(units: Uint32Array[]): Uint32Array {
  const at = units.reduce((best, unit, i) => (unit.length < units[best]!.length ? i : best), 0);
  return units.splice(at, 1)[0]!;
}

function joined(units: readonly Uint32Array[]): Uint32Array {
  const indices = new Uint32Array(units.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const unit of units) {
    indices.set(unit, filled);
    filled += unit.length;
  }
  return indices.sort();
}

function tooFew({ name, examples, groups }: Dataset, units: number, needed: number): DataError {
  const found = groups ? `${units} groups` : `${units} different examples among ${examples}`;
  return new DataError(`${name} has ${found}; its splits need at least ${needed}, one each`);
}

const SPLIT_WORDS: Readonly<Record<string, SplitName>> = {
  train: "train",
  training: "train",
  validation: "validation",
  valid: "validation",
  val: "validation",
  dev: "validation",
  test: "test",
  testing: "test",
  t10k: "test",
};

/** The split that a word in a column or the name of a folder means. */
export function splitNamed(word: string): SplitName | undefined {
  return SPLIT_WORDS[word.trim().toLowerCase()];
}

/**
 * Splits as given by a column; those that it lacks are drawn from the training examples.
 * @param words one for each example
 * @throws {DataError} naming the first word that is no split's name, or when nothing trains
 */
export function dealByColumn(
  all: Dataset,
  words: readonly string[],
  options: DealOptions = {},
): Record<SplitName, Uint32Array> {
  const indices: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
  words.forEach((word, row) => {
    const split = splitNamed(word);
    if (!split)
      throw new DataError(
        `${all.name}: row ${row} (counted from 0) belongs to the split '${word}'; splits are train, validation and test`,
      );
    indices[split].push(row);
  });
  if (indices.train.length === 0)
    throw new DataError(`${all.name} has no rows of the split 'train'; training needs some`);
  const given = {
    train: Uint32Array.from(indices.train),
    validation: Uint32Array.from(indices.validation),
    test: Uint32Array.from(indices.test),
  };
  return completed(all, given, options);
}

/** The same, with empty splits drawn from the training examples. */
export function completed(
  all: Dataset,
  given: Readonly<Record<SplitName, Uint32Array>>,
  options: DealOptions = {},
): Record<SplitName, Uint32Array> {
  const splits = (["test", "validation"] as const).filter((split) => given[split].length === 0);
  if (splits.length === 0) return { ...given };
  const dealt = deal(take(all, given.train), { ...options, splits });
  const inAll = (split: SplitName) => dealt[split].map((i) => given.train[i]!);
  return {
    train: inAll("train"),
    validation: splits.includes("validation") ? inAll("validation") : given.validation,
    test: splits.includes("test") ? inAll("test") : given.test,
  };
}
