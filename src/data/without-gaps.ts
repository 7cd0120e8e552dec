import type { Dataset } from "./dataset.ts";
import { columnMoments } from "./moments.ts";
import type { Rows } from "./schema.ts";
import type { Storage } from "./storage.ts";

/**
 * The same examples with the mean of a value where it is missing, for statistics that need whole rows: distances,
 * variances, projections. Data without gaps as they are.
 * @param like data that the means are of; default: these
 */
export function withoutGaps(data: Dataset, like: Dataset = data): Dataset {
  if (data.schema.missing === undefined) return data;
  const { preprocess: _, ...stored } = like;
  const means = columnMoments(stored).mean.map((each) => each * data.divisor);
  const { missing: __, ...schema } = data.schema;
  return { ...data, schema, storage: filled(data.storage, means) };
}

/** How many values of these examples are missing. */
export function countGaps({ storage, schema }: Dataset): number {
  if (schema.missing === undefined) return 0;
  const rows = storage.range(0, storage.examples);
  let count = 0;
  for (let i = 0; i < rows.length; i++) if (Number.isNaN(rows[i]!)) count++;
  return count;
}

function filled(base: Storage, means: Float64Array): Storage {
  const fill = (rows: Rows) => {
    for (let i = 0; i < rows.length; i++) if (Number.isNaN(rows[i]!)) rows[i] = means[i % base.size]!;
    return rows;
  };
  return {
    ...base,
    range: (start, end) => fill(base.range(start, end).slice()),
    gather(indices, into) {
      base.gather(indices, into);
      fill(into.subarray(0, indices.length * base.size));
    },
    slice: (start, end) => filled(base.slice(start, end), means),
    take: (indices) => filled(base.take(indices), means),
  };
}
