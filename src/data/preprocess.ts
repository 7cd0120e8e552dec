import type { Dataset } from "./dataset.ts";
import type { Preprocess } from "./schema.ts";
import { piecesOf } from "./storage.ts";

/**
 * Data as a model sees them that was trained on others. Data that were prepared before stay as they are.
 * @param preprocess the model's; undefined: it has none
 */
export function withPreprocess(data: Dataset, preprocess: Preprocess | undefined): Dataset {
  if (!preprocess || data.preprocess) return data;
  const { storage, divisor, schema } = data;
  const { center, spread } = preprocess;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) {
      const column = i % storage.size;
      const value = (rows[i]! / divisor - center[column]!) / spread[column]!;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  return { ...data, preprocess, schema: { ...schema, kind: "real", range: [least, greatest] } };
}

/**
 * Values in the units of the data.
 * @param values examples × values, as a model gives them
 * @returns in double precision, where a centre would cost digits; the same array where nothing is to be undone
 */
export function inDataUnits(
  values: Float32Array,
  preprocess: Preprocess | undefined,
): Float32Array | Float64Array {
  if (!preprocess) return values;
  const { center, spread } = preprocess;
  const size = center.length;
  return Float64Array.from(values, (value, i) => value * spread[i % size]! + center[i % size]!);
}
