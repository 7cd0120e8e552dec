import { type Dataset, dataset } from "./dataset.ts";

/** Splits of one data set, one after the other; with labels where all have them. */
export function concatenate(parts: readonly [Dataset, ...Dataset[]]): Dataset {
  const [{ name, shape, divisor }] = parts;
  const labels = parts.flatMap((part) => part.labels ?? []);
  return dataset(joined(parts.map(({ rows }) => rows)), {
    name,
    shape,
    divisor,
    labels: labels.length === parts.length ? joined(labels) : undefined,
  });
}

function joined<T extends Dataset["rows"]>(arrays: readonly T[]): T {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const whole = new (arrays[0]!.constructor as new (length: number) => T)(length);
  let filled = 0;
  for (const array of arrays) {
    whole.set(array, filled);
    filled += array.length;
  }
  return whole;
}
