import { type Dataset, datasetFrom } from "./dataset.ts";
import { withPreprocess } from "./preprocess.ts";
import type { Rows } from "./schema.ts";
import { emptyRows, memoryStorage, piecesOf } from "./storage.ts";

/** Splits of one data set, one after the other; with labels, names and groups where all have them. */
export function concatenate(parts: readonly [Dataset, ...Dataset[]]): Dataset {
  const [{ name, shape, divisor, schema, preprocess }] = parts;
  const joined = parts.map(({ storage }) => storage);
  const { columns, labelNames } = schema;
  const whole = datasetFrom(memoryStorage(joinedRows(parts), joined[0]!.size), {
    ...{ name, shape, divisor, columns, labelNames },
    labels: joinedLabels(parts),
    names: ofAll(parts, ({ names }) => names),
    groups: ofAll(parts, ({ groups }) => groups),
    missing: parts.some((part) => part.schema.missing !== undefined),
  });
  return withPreprocess(whole, preprocess);
}

function ofAll<T>(
  parts: readonly Dataset[],
  from: (part: Dataset) => readonly T[] | undefined,
): T[] | undefined {
  const all = parts.map(from);
  return all.every((each) => each !== undefined) ? all.flat() : undefined;
}

function joinedLabels(parts: readonly Dataset[]): Uint8Array | Int32Array | undefined {
  const all = ofAll(parts, ({ labels }) => labels && Array.from(labels));
  const areBytes = parts.every(({ labels }) => labels instanceof Uint8Array);
  return all && (areBytes ? Uint8Array.from(all) : Int32Array.from(all));
}

/** Stored values of all parts, in order. */
function joinedRows(parts: readonly Dataset[]): Rows {
  const length = parts.reduce((sum, { storage }) => sum + storage.examples * storage.size, 0);
  const whole = emptyRows(parts[0]!.storage.type, length);
  let filled = 0;
  for (const { storage } of parts)
    for (const { rows } of piecesOf(storage)) {
      whole.set(rows, filled);
      filled += rows.length;
    }
  return whole;
}
