import { type Dataset, dataset, exampleSize } from "./data/dataset.ts";
import type { Rows } from "./data/schema.ts";
import { ConfigError, DataError } from "./errors.ts";

/** Examples: a dataset, values in row-major order (a whole number of rows), or rows. */
export type Examples = Dataset | Rows | readonly (readonly number[])[];

/**
 * Examples as a dataset.
 * @param shape of one example
 * @throws {ConfigError} when a dataset's rows are of another size, {@link DataError} when other rows are, or a value is
 *   not finite
 */
export function datasetOf(examples: Examples, shape: readonly number[]): Dataset {
  const size = exampleSize({ shape });
  if (isDataset(examples)) {
    if (exampleSize(examples) === size) return examples;
    throw new ConfigError(
      `the architecture begins with ${size} but ${examples.name} has rows of ${examples.shape.join(" × ")} = ${exampleSize(examples)} values: begin it with ${exampleSize(examples)}`,
    );
  }
  return dataset(ArrayBuffer.isView(examples) ? examples : flatten(examples, size, "an example"), { shape });
}

/** Points of the latent space, [points, latent] in row-major order. @throws {DataError} when they are not that */
export function pointsOf(z: Float32Array | readonly (readonly number[])[], latent: number): Float32Array {
  const points = z instanceof Float32Array ? z : flatten(z, latent, "a latent point");
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
  return typeof examples === "object" && examples !== null && "rows" in examples;
}

function flatten(rows: readonly (readonly number[])[], size: number, what: string): Float32Array {
  if (!Array.isArray(rows))
    throw new DataError(
      `examples are ${rows}: give a dataset, a typed array of whole rows, or an array of rows`,
    );
  for (const [index, row] of rows.entries())
    if (!Array.isArray(row) || row.length !== size)
      throw new DataError(
        `row ${index} is ${Array.isArray(row) ? `${row.length} values` : String(row)}: ${what} is an array of ${size} numbers`,
      );
  return Float32Array.from(rows.flat());
}
