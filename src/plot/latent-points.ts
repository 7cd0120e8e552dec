/** Latent points one after the other in an array. */
import { DataError } from "../common/errors.ts";
import { requireInteger } from "./pixels.ts";

/** An array of count points of the given length each, made one by one. */
export function rowsOf(count: number, length: number, row: (index: number) => Float32Array): Float32Array {
  const rows = new Float32Array(count * length);
  for (let index = 0; index < count; index++) rows.set(row(index), index * length);
  return rows;
}

/** How many points an array holds. @throws {DataError} unless they are whole ones, and at least one */
export function pointsOf(values: Float32Array, latent: number): number {
  requireInteger("latent", latent, 1);
  if (values.length === 0 || values.length % latent !== 0)
    throw new DataError(`${values.length} values are not whole latent points; each needs ${latent}`);
  return values.length / latent;
}
