import { ConfigError, DataError } from "../common/errors.ts";
import { type Column, checkColumns } from "./columns.ts";
import { describeValues, naturalDivisor, type Rows, type Schema } from "./schema.ts";

export type SplitName = "train" | "validation" | "test";

/** Examples of one shape, kept in the smallest type that holds them. Plain data; nothing writes to it. */
export interface Dataset {
  readonly name: string;
  readonly split: SplitName | "all";
  /** examples × product(shape) values, row-major, before scaling. */
  readonly rows: Rows;
  readonly examples: number;
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  /** value = rows[i] / divisor: 255 for pixels, 1 for values stored as they are. */
  readonly divisor: number;
  /** One class index for each example. */
  readonly labels?: Uint8Array | Int32Array;
  readonly schema: Schema;
}

export interface DatasetOptions {
  /** Of one example; images are [height, width, channels]. */
  readonly shape: readonly number[];
  readonly labels?: Uint8Array | Int32Array | undefined;
  /** value = rows[i] / divisor; default 255 for a `Uint8Array` with values beyond 1, otherwise 1, as in tables. */
  readonly divisor?: number | undefined;
  /** Of a table, what each value of a row is. */
  readonly columns?: readonly Column[] | undefined;
  readonly name?: string | undefined;
  readonly split?: SplitName | "all" | undefined;
}

/** Examples start ≤ i < end. */
export interface ExampleRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Makes a dataset of `rows`, which it keeps without copying, and reads once to learn their range and kind.
 *
 * @param rows examples × product(shape), row-major.
 * @throws {DataError} when rows are missing or ragged, a value is not finite or not what its column says, or labels do not match.
 * @throws {ConfigError} when the divisor is not a finite number above 0.
 */
export function dataset(rows: Rows, options: DatasetOptions): Dataset {
  const { shape, labels, columns, name = "data", split = "all" } = options;
  const { divisor = columns ? 1 : naturalDivisor(rows) } = options;
  const where = split === "all" ? name : `${name} ${split}`;
  const isSize = (dimension: number) => Number.isSafeInteger(dimension) && dimension > 0;
  if (!Array.isArray(shape) || shape.length === 0 || !shape.every(isSize)) {
    const seen = Array.isArray(shape) ? `[${shape.join(", ")}]` : shape;
    throw new DataError(`${where}: an example's shape is ${seen}; it must be whole numbers above 0`);
  }
  if (!(Number.isFinite(divisor) && divisor > 0)) {
    throw new ConfigError(`${where}: the scale is ${divisor}; it must be a finite number above 0`);
  }
  const size = sizeOf(shape);
  const examples = rows.length / size;
  if (rows.length === 0) throw new DataError(`${where} has no examples; it needs at least one`);
  if (!Number.isInteger(examples)) {
    const wanted = `a multiple of ${shape.length > 1 ? `${shape.join("×")} = ` : ""}${size}`;
    throw new DataError(`${where} has ${rows.length} values; examples of this shape need ${wanted}`);
  }
  if (labels && labels.length !== examples) {
    throw new DataError(
      `${where} has ${labels.length} labels for ${examples} examples; it needs one for each`,
    );
  }
  const values = describeValues(rows, shape, divisor, where);
  if (columns) checkTable(rows, { size, divisor, columns, where });
  const schema = columns ? { ...values, columns } : values;
  return { name, split, rows: plain(rows), examples, shape, divisor, ...(labels && { labels }), schema };
}

function checkTable(
  rows: Rows,
  table: { size: number; divisor: number; columns: readonly Column[]; where: string },
): void {
  const { size, divisor, columns, where } = table;
  if (columns.length !== size)
    throw new DataError(`${where} has ${columns.length} columns described; rows have ${size} values`);
  checkColumns(rows, divisor, columns, where);
}

/** The same memory seen as a `Uint8Array`, where Node's `Buffer` has a constructor and `slice` of its own. */
function plain(rows: Rows): Rows {
  return rows instanceof Uint8Array ? new Uint8Array(rows.buffer, rows.byteOffset, rows.length) : rows;
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
  const size = exampleSize(data);
  const labels = data.labels?.subarray(start, end);
  const rows = data.rows.subarray(start * size, end * size);
  return { ...data, split, rows, examples: end - start, ...(labels && { labels }) };
}

/**
 * A copy of the examples at `indices`, in their order; one may be taken repeatedly. The schema stays that of
 * the whole.
 *
 * @throws {DataError} when there are no indices or one lies outside the dataset.
 */
export function take(data: Dataset, indices: ArrayLike<number>, split = data.split): Dataset {
  if (indices.length === 0)
    throw new DataError(`no examples of ${data.name} were asked for; take at least one`);
  const size = exampleSize(data);
  const rows = emptyLike(data.rows, indices.length * size);
  const labels = data.labels && emptyLike(data.labels, indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = checkIndex(data, indices[i]!);
    rows.set(data.rows.subarray(index * size, (index + 1) * size), i * size);
    if (labels) labels[i] = data.labels![index]!;
  }
  return { ...data, split, rows, examples: indices.length, ...(labels && { labels }) };
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
 * @returns examples × product(shape), row-major, each rows[i] / divisor rounded once.
 * @throws {DataError} when an example lies outside the dataset.
 */
export function exampleValues(
  data: Dataset,
  which: ArrayLike<number> | ExampleRange,
): Float32Array<ArrayBuffer> {
  const size = exampleSize(data);
  if ("start" in which) {
    checkRange(data, which);
    return scale(data.rows.subarray(which.start * size, which.end * size), data.divisor);
  }
  const values = new Float32Array(which.length * size);
  for (let i = 0; i < which.length; i++) {
    const index = checkIndex(data, which[i]!);
    values.set(scale(data.rows.subarray(index * size, (index + 1) * size), data.divisor), i * size);
  }
  return values;
}

function scale(rows: Rows, divisor: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = rows[i]! / divisor;
  return values;
}

function emptyLike<T extends Rows>(array: T, length: number): T {
  return new (array.constructor as new (length: number) => T)(length);
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
