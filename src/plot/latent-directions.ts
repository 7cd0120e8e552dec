/** Latent points to decode in a row: out from one, along a dimension or towards another class. */
import { ConfigError, DataError } from "../common/errors.ts";
import { pointsOf, rowsOf } from "./latent-points.ts";
import { requireInteger } from "./pixels.ts";

/**
 * Points that leave one along single dimensions, a row for each.
 * @param base the point, latent values
 * @param deviations the length of a unit of each dimension, latent values: 1 for the prior's
 * @param dimensions those to go along, from 0, in the order of rows
 * @param options.steps points in a row; default 9
 * @param options.reach the row goes from −reach to reach deviations about the base; default 3
 * @returns [dimensions × steps, latent], row-major
 * @throws {ConfigError} for a dimension that does not exist
 */
export function traversal(
  base: Float32Array,
  deviations: ArrayLike<number>,
  dimensions: readonly number[],
  { steps = 9, reach = 3 }: { readonly steps?: number; readonly reach?: number } = {},
): Float32Array {
  requireInteger("steps", steps, 2);
  for (const dimension of dimensions)
    if (!Number.isInteger(dimension) || dimension < 0 || dimension >= base.length)
      throw new ConfigError(
        `there is no latent dimension ${dimension}; they go from 0 to ${base.length - 1}`,
      );
  return rowsOf(dimensions.length * steps, base.length, (row) => {
    const dimension = dimensions[Math.floor(row / steps)]!;
    const offset = reach * ((2 * (row % steps)) / (steps - 1) - 1);
    return base.map((value, at) => (at === dimension ? value + offset * deviations[at]! : value));
  });
}

/**
 * Points that leave one in a direction.
 * @param base the point, latent values
 * @param direction latent values
 * @param amounts how often the direction is added, for each point; 0 is the base itself
 * @returns [amounts, latent], row-major
 * @throws {DataError} for a direction of another length
 */
export function alongDirection(
  base: Float32Array,
  direction: Float32Array,
  amounts: readonly number[],
): Float32Array {
  if (direction.length !== base.length)
    throw new DataError(
      `the direction has ${direction.length} dimensions, the point ${base.length}; they must have as many`,
    );
  return rowsOf(amounts.length, base.length, (row) =>
    base.map((value, at) => value + amounts[row]! * direction[at]!),
  );
}

/**
 * The direction that leads from one class to another: the mean of the posterior means of the one minus that of the
 * other.
 * @param means n × latent
 * @param labels n classes
 * @returns latent values, to be gone along by {@link alongDirection}
 * @throws {DataError} for a class without examples
 */
export function attributeVector(
  means: Float32Array,
  labels: ArrayLike<number>,
  latent: number,
  { plus, minus }: { readonly plus: number; readonly minus: number },
): Float32Array {
  const count = pointsOf(means, latent);
  const meanOf = (label: number): Float64Array => {
    const sum = new Float64Array(latent);
    let members = 0;
    for (let index = 0; index < count; index++)
      if (labels[index] === label) {
        members++;
        for (let at = 0; at < latent; at++) sum[at]! += means[index * latent + at]!;
      }
    if (members === 0) throw new DataError(`no example has label ${label}; choose one that occurs`);
    return sum.map((value) => value / members);
  };
  const [there, here] = [meanOf(plus), meanOf(minus)];
  return Float32Array.from(there, (value, at) => value - here[at]!);
}
