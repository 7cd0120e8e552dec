/**
 * Indices of values from the lowest to the highest; of equal ones, in their order. A value that is not a number comes
 * first: a comparator of differences that meets one orders nothing.
 */
export function lowestFirst(values: ArrayLike<number>): number[] {
  const keys = Float64Array.from(values, (each) => (Number.isNaN(each) ? Number.NEGATIVE_INFINITY : each));
  return Array.from(keys.keys()).sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b));
}
