import { type Dataset, exampleSize, exampleValues, spread } from "../data/dataset.ts";

/** Examples by which the scale of a table's columns is found. */
const SCALED_BY = 1000;
/** Spreads of columns that differ more than this cannot share an axis. */
const MOST_UNEQUAL = 12;

/** Least and greatest value of each column. @returns undefined where one axis serves all columns */
export function columnRanges(data: Dataset, shown: (value: number) => number) {
  const some = spread(data, Math.min(SCALED_BY, data.examples));
  const size = exampleSize(some);
  const ranges = Array.from(
    { length: size },
    () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as [number, number],
  );
  exampleValues(some, { start: 0, end: some.examples }).forEach((value, at) => {
    if (!Number.isFinite(value)) return;
    const range = ranges[at % size]!;
    range[0] = Math.min(range[0], shown(value));
    range[1] = Math.max(range[1], shown(value));
  });
  const reach = Math.max(...ranges.map(([, high]) => high)) - Math.min(...ranges.map(([low]) => low));
  const spreads = ranges.map(([low, high]) => high - low).filter((each) => each > 0);
  return reach > MOST_UNEQUAL * Math.min(...spreads)
    ? ranges.map(([low, high]) => (low < high ? ([low, high] as const) : ([low - 1, low + 1] as const)))
    : undefined;
}
