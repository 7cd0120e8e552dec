import { ConfigError, DataError } from "../common/errors.ts";
import { type Dataset, dataset, exampleSize } from "../data/dataset.ts";
import { givenRows } from "../data/given-rows.ts";
import type { Rows } from "../data/schema.ts";

/** Examples: a dataset, values in row-major order (a whole number of rows), or rows. */
export type Examples = Dataset | Rows | readonly ArrayLike<number>[];

/**
 * Examples as a dataset.
 * @param shape of one example
 * @param isSettled whether the shape is that of a model that is trained: then no message suggests another architecture
 * @param mayMiss whether NaN stands for a missing value in rows that are not a dataset
 * @param byteDivisor what bytes were divided by in the data that these go with; default: what their range suggests
 * @throws {ConfigError} when a dataset's rows are of another size, {@link DataError} when other rows are, or a value is
 *   not finite
 */
export function datasetOf(
  examples: Examples,
  shape: readonly number[],
  {
    isSettled = false,
    byteDivisor,
    mayMiss = false,
  }: { isSettled?: boolean; byteDivisor?: number | undefined; mayMiss?: boolean } = {},
): Dataset {
  const size = exampleSize({ shape });
  if (isDataset(examples)) {
    if (exampleSize(examples) === size) return examples;
    const found = exampleSize(examples);
    const rows = examples.shape.length > 1 ? `${examples.shape.join(" × ")} = ${found}` : found;
    throw new ConfigError(
      isSettled
        ? `the model takes rows of ${size} values but ${examples.name} has rows of ${rows}: give data like those it was trained on`
        : `the architecture begins with ${size} but ${examples.name} has rows of ${rows} values: begin it with ${found}`,
    );
  }
  const rows = givenRows(examples, { size, what: "an example", mayMiss });
  const divisor = rows instanceof Uint8Array ? byteDivisor : undefined;
  return dataset(rows, { shape, divisor, missing: mayMiss });
}

/** Points of the latent space: values in row-major order (a whole number of points), or points. */
export type LatentPoints = Rows | readonly ArrayLike<number>[];

/** Points of the latent space, [points, latent] in row-major order. @throws {DataError} when they are not that */
export function pointsOf(z: LatentPoints, latent: number): Float32Array {
  const values = givenRows(z, { size: latent, what: "a latent point" });
  const points = values instanceof Float32Array ? values : Float32Array.from(values);
  if (points.length === 0 || points.length % latent !== 0)
    throw new DataError(`${points.length} latent values were given: points need ${latent} each`);
  const wrong = points.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new DataError(
      `latent point ${Math.floor(wrong / latent)} has the value ${points[wrong]}: values must be finite`,
    );
  return points;
}

function isDataset(examples: Examples): examples is Dataset {
  return typeof examples === "object" && examples !== null && "storage" in examples && "schema" in examples;
}
