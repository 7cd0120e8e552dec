import { ConfigError, DataError } from "../common/errors.ts";
import type { Decoding } from "./decoding.ts";
import { givenRows } from "./given-rows.ts";
import { type LabelsInput, labelsOf } from "./labels.ts";
import { maskedStorage } from "./masked-storage.ts";
import {
  type Column,
  checkColumns,
  GREATEST_FLOAT32,
  naturalDivisor,
  type Preprocess,
  type Rows,
  type Schema,
  ValueDescription,
} from "./schema.ts";
import { emptyRows, memoryStorage, piecesOf, type Storage } from "./storage.ts";

/** The parts that data are dealt out to. */
export type SplitName = "train" | "validation" | "test";

/**
 * Examples of one shape, kept in the smallest type that holds them, in memory or on disk: `exampleValues` reads them.
 * Nothing writes to a dataset.
 */
export interface Dataset {
  /** As messages and titles call the data. */
  readonly name: string;
  /** Which part of the data this is. */
  readonly split: SplitName | "all";
  /** Storage of the values before scaling; `exampleValues` reads them. */
  readonly storage: Storage;
  /** How many there are. */
  readonly examples: number;
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** value = stored value / divisor: 255 for pixels, 1 for values stored as they are. */
  readonly divisor: number;
  /** One class index for each example; -1 where the class is not known. `schema.labelNames` has the classes' names. */
  readonly labels?: Uint8Array | Int32Array;
  /** What each example is called: its identifier, the name of its file. */
  readonly names?: readonly string[];
  /** Group of each example, such as its patient; a group is never divided between splits. */
  readonly groups?: readonly string[];
  /** What values are like: shape, kind, range, columns. */
  readonly schema: Schema;
  /** Whether training is to centre real columns and divide them by their deviation. */
  readonly standardize?: boolean;
  /** What is done to scaled values before a model sees them; absent: nothing, or nothing yet. */
  readonly preprocess?: Preprocess;
  /** How files were read, so that others are read alike; absent for IDX files and data made in code. */
  readonly decoding?: Decoding;
}

/** What is known of the rows of a dataset. */
export interface DatasetOptions {
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** One for each example: class indices from 0, or names; -1, "" or undefined: the class is not known. */
  readonly labels?: LabelsInput | undefined;
  /** Names of the classes, by class index; default: the names among `labels`, in order. */
  readonly labelNames?: readonly string[] | undefined;
  /** What each example is called. */
  readonly names?: readonly string[] | undefined;
  /** Group of each example; a group is never divided between splits. */
  readonly groups?: readonly string[] | undefined;
  /** Whether NaN stands for a missing value; default: it is refused. */
  readonly missing?: boolean | undefined;
  /** Which values were observed, where rows cannot hold NaN: 1 or true for each value that was, 0 or false for others. */
  readonly mask?: ArrayLike<number | boolean> | undefined;
  /** value = rows[i] / divisor; default 255 for a `Uint8Array` with values beyond 1, otherwise 1, as in tables. */
  readonly divisor?: number | undefined;
  /** Of a table, what each value of a row is. */
  readonly columns?: readonly Column[] | undefined;
  /**
   * Whether training centres real columns and divides them by their standard deviation, both of the training rows.
   * Default false: only columns whose mean is more than 1000 deviations from 0 are centred.
   */
  readonly standardize?: boolean | undefined;
  /** As messages and titles call the data; default: data. */
  readonly name?: string | undefined;
  /** Which part of the data this is; default: all. */
  readonly split?: SplitName | "all" | undefined;
}

/** Examples start ≤ i < end. */
interface ExampleRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Makes a dataset of rows, and reads them once to learn their range and kind. A typed array is kept without copying.
 *
 * @param given examples × product(shape), row-major, or a list of rows
 * @throws {DataError} when rows are missing or ragged, a value is not finite or not what its column says, or labels do not match.
 * @throws {ConfigError} when the divisor is not a finite number above 0.
 */
export function dataset(
  given: Rows | readonly (number | ArrayLike<number>)[],
  options: DatasetOptions,
): Dataset {
  const { shape, columns, name = "data", split = "all" } = options;
  const where = split === "all" ? name : `${name} ${split}`;
  checkShape(shape, where);
  const size = sizeOf(shape);
  const rows = givenRows(given, { size, what: "an example", mayMiss: options.missing === true });
  const { divisor = columns ? 1 : naturalDivisor(rows) } = options;
  if (rows.length === 0) throw new DataError(`${where} has no examples; it needs at least one`);
  if (!Number.isInteger(rows.length / size)) {
    const wanted = `a multiple of ${shape.length > 1 ? `${shape.join("×")} = ` : ""}${size}`;
    throw new DataError(`${where} has ${rows.length} values; examples of this shape need ${wanted}`);
  }
  const { mask, ...others } = options;
  const storage = memoryStorage(rows, size);
  if (!mask) return datasetFrom(storage, { ...others, divisor });
  if (mask.length !== rows.length)
    throw new DataError(
      `${where} has ${rows.length} values and ${mask.length} in the mask; it needs one for each`,
    );
  return datasetFrom(maskedStorage(storage, mask), { ...others, divisor, missing: true });
}

/**
 * The same of values that lie in a storage, which is read once.
 * @param options `divisor` defaults to 1 here
 * @throws {DataError} as {@link dataset} does
 */
export function datasetFrom(storage: Storage, options: Omit<DatasetOptions, "mask">): Dataset {
  const { shape, columns, divisor = 1, name = "data", split = "all", missing = false } = options;
  const where = split === "all" ? name : `${name} ${split}`;
  const { examples } = storage;
  if (!(Number.isFinite(divisor) && divisor > 0))
    throw new ConfigError(`${where}: the scale is ${divisor}; it must be a finite number above 0`);
  requireOneEach(options, examples, where);
  if (columns && columns.length !== storage.size)
    throw new DataError(`${where} has ${columns.length} columns described; rows have ${storage.size} values`);
  const labels = options.labels && labelsOf(options.labels, where, options.labelNames);
  const names = labels?.labelNames ?? (labels && options.labelNames);
  const description = new ValueDescription({ shape, divisor, where, mayMiss: missing });
  for (const { start, rows } of piecesOf(storage)) {
    description.add(rows, start);
    if (columns) checkColumns(rows, divisor, columns, where, start);
  }
  return {
    ...{ name, split, storage, examples, shape, divisor },
    ...(labels && { labels: labels.labels }),
    ...(options.names && { names: options.names }),
    ...(options.groups && { groups: options.groups }),
    ...(options.standardize && { standardize: true }),
    schema: { ...description.schema(), ...(columns && { columns }), ...(names && { labelNames: names }) },
  };
}

function checkShape(shape: readonly number[], where: string): void {
  const isSize = (dimension: number) => Number.isSafeInteger(dimension) && dimension > 0;
  if (Array.isArray(shape) && shape.length > 0 && shape.every(isSize)) return;
  const seen = Array.isArray(shape) ? `[${shape.join(", ")}]` : shape;
  throw new DataError(`${where}: an example's shape is ${seen}; it must be whole numbers above 0`);
}

function requireOneEach(options: Omit<DatasetOptions, "mask">, examples: number, where: string): void {
  for (const what of ["labels", "names", "groups"] as const) {
    const given = options[what];
    if (given && given.length !== examples)
      throw new DataError(
        `${where} has ${given.length} ${what} for ${examples} examples; it needs one for each`,
      );
  }
}

/** The same examples with other values, as a model sees them: they are neither scaled nor centred. @param values examples × product(shape) */
export function withValues(data: Dataset, values: Float32Array): Dataset {
  const size = exampleSize(data);
  const same = { center: Array<number>(size).fill(0), spread: Array<number>(size).fill(1) };
  return {
    ...data,
    ...{ storage: memoryStorage(values, size), divisor: 1 },
    ...(data.preprocess && { preprocess: same }),
  };
}

/** How many values one example holds: product(shape). */
export function exampleSize(data: Pick<Dataset, "shape">): number {
  return sizeOf(data.shape);
}

/**
 * Examples start ≤ i < end as a view of the same memory. The schema stays that of the whole.
 *
 * @throws {DataError} when the range is empty or leaves the dataset.
 */
export function subset(data: Dataset, start: number, end: number, split = data.split): Dataset {
  checkRange(data, { start, end });
  return {
    ...data,
    ...{ split, examples: end - start, storage: data.storage.slice(start, end) },
    ...(data.labels && { labels: data.labels.subarray(start, end) }),
    ...(data.names && { names: data.names.slice(start, end) }),
    ...(data.groups && { groups: data.groups.slice(start, end) }),
  };
}

/**
 * The examples at `indices`, in their order; one may be taken repeatedly. Values in memory are copied. The schema
 * stays that of the whole.
 *
 * @throws {DataError} when there are no indices or one lies outside the dataset.
 */
export function take(data: Dataset, indices: ArrayLike<number>, split = data.split): Dataset {
  if (indices.length === 0)
    throw new DataError(`no examples of ${data.name} were asked for; take at least one`);
  for (let i = 0; i < indices.length; i++) checkIndex(data, indices[i]!);
  const { labels, names, groups } = data;
  const pick = (texts: readonly string[]) => Array.from(indices, (index) => texts[index]!);
  return {
    ...data,
    ...{ split, examples: indices.length, storage: data.storage.take(indices) },
    ...(labels && { labels: takenLabels(labels, indices) }),
    ...(names && { names: pick(names) }),
    ...(groups && { groups: pick(groups) }),
  };
}

function takenLabels(labels: Uint8Array | Int32Array, indices: ArrayLike<number>): Uint8Array | Int32Array {
  const labelOf = (index: number) => labels[index]!;
  return labels instanceof Uint8Array ? Uint8Array.from(indices, labelOf) : Int32Array.from(indices, labelOf);
}

/** The examples whose class is known; undefined where there are none. */
export function labelledPart(data: Dataset): Dataset | undefined {
  const { labels } = data;
  if (!labels?.some((label) => label >= 0)) return undefined;
  if (!labels.some((label) => label < 0)) return data;
  return take(
    data,
    [...labels.keys()].filter((i) => labels[i]! >= 0),
  );
}

/**
 * `count` examples at even distances, in their order: some of each class where data are sorted by it. All where there
 * are no more.
 */
export function spread(data: Dataset, count: number): Dataset {
  const { examples } = data;
  if (count >= examples) return data;
  return take(
    data,
    Array.from({ length: count }, (_, i) => Math.floor((i * examples) / count)),
  );
}

/**
 * Scaled values in single precision, for evaluation and pictures.
 *
 * @returns examples × product(shape), row-major, each stored value / divisor, centred and divided as `preprocess` says,
 *   rounded once.
 * @throws {DataError} when an example lies outside the dataset.
 */
export function exampleValues(
  data: Dataset,
  which: ArrayLike<number> | ExampleRange,
): Float32Array<ArrayBuffer> {
  if ("start" in which) {
    checkRange(data, which);
    return scaled(data.storage.range(which.start, which.end), data);
  }
  for (let i = 0; i < which.length; i++) checkIndex(data, which[i]!);
  const rows = emptyRows(data.storage.type, which.length * exampleSize(data));
  data.storage.gather(which, rows);
  return scaled(rows, data);
}

function scaled(rows: Rows, data: Dataset): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length);
  scaleInto(values, rows, data);
  return values;
}

/** Writes stored values as a model sees them. @param rows whole examples of the dataset, as they are stored */
export function scaleInto(values: Float32Array, rows: Rows, { divisor, preprocess }: Dataset): void {
  if (preprocess) {
    const { center, spread } = preprocess;
    const size = center.length;
    for (let i = 0; i < rows.length; i++) {
      const value = (rows[i]! / divisor - center[i % size]!) / spread[i % size]!;
      values[i] = Math.max(-GREATEST_FLOAT32, Math.min(GREATEST_FLOAT32, value));
    }
    return;
  }
  for (let i = 0; i < rows.length; i++) values[i] = rows[i]! / divisor;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function checkIndex(data: Dataset, index: number): number {
  if (Number.isInteger(index) && index >= 0 && index < data.examples) return index;
  throw new DataError(`${data.name} has no example ${index}; its examples are 0 to ${data.examples - 1}`);
}

function checkRange(data: Dataset, { start, end }: ExampleRange): void {
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (whole && start >= 0 && start < end && end <= data.examples) return;
  const wanted = `0 ≤ start < end ≤ ${data.examples}`;
  throw new DataError(`${data.name} has no examples from ${start} up to ${end}; a range needs ${wanted}`);
}
