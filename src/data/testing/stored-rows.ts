import type { Dataset } from "../dataset.ts";
import type { Rows } from "../schema.ts";

/** All values of a dataset as they are stored. */
export function storedRows({ storage }: Dataset): Rows {
  return storage.range(0, storage.examples);
}
