import { type Dataset, exampleSize, exampleValues, labelledPart, spread } from "../data/dataset.ts";
import { constantAmong } from "../data/moments.ts";
import { rowKeys } from "../data/row-keys.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import { minimalStandard } from "../numerics/fixed-shuffle.ts";
import { accuracy } from "../numerics/labelled-features.ts";
import { maximumMeanDiscrepancy } from "../numerics/mmd.ts";
import { nearestNeighbourClasses } from "../numerics/nearest-neighbours.ts";
import { chooseLikelihood } from "../train/choose-likelihood.ts";
import type { DataEvidence, DuplicateEvidence, LabelEvidence } from "./evidence.ts";
import { tableEvidence } from "./table-evidence.ts";

const REFERENCES = 2000;
const QUERIES = 300;
const NEIGHBOURS = 5;
const SHIFT_ROWS = 200;
/** Rows read to learn the spread of columns. */
const SPREAD_ROWS = 10_000;

/** @param isQuick without what takes more than a pass over the data: labels and shifts */
export function dataEvidence(
  train: Dataset,
  heldOut: readonly Dataset[],
  { isQuick = false }: { readonly isQuick?: boolean } = {},
): DataEvidence {
  const [whole, judged] = [withoutGaps(train), heldOut[0] && withoutGaps(heldOut[0], train)];
  const columns = columnsOf(whole);
  const [known, asked] = [labelledPart(whole), judged && labelledPart(judged)];
  const labels = !isQuick && known && asked && labelEvidence(known, asked);
  const shift = !isQuick && judged && shiftOf(whole, judged, columns);
  return {
    examples: { train: train.examples, heldOut: heldOut.reduce((sum, { examples }) => sum + examples, 0) },
    shape: train.shape,
    range: rangeOf([train, ...heldOut]),
    deviation: Math.sqrt(columns.variance.reduce((sum, each) => sum + each, 0) / columns.variance.length),
    // The border of images is constant as a rule.
    constantColumns:
      train.shape.length > 1
        ? []
        : constantAmong(
            train,
            [...columns.variance.keys()].filter((v) => columns.variance[v] === 0),
          ),
    duplicates: duplicatesOf(train, heldOut),
    suggestion: suggestionFor(train),
    ...tableEvidence(train),
    ...namesOf(train),
    ...lowScale([train, ...heldOut]),
    ...deviationsOf(train, columns),
    ...(labels && { labels }),
    ...(shift && { shift }),
  };
}

function namesOf({ schema: { columns } }: Dataset): Pick<DataEvidence, "names"> {
  const names = columns?.flatMap(({ name }) => name ?? []);
  return names && names.length === columns!.length ? { names } : {};
}

/** Mean and variance of each column of training rows, at even distances. */
export function columnsOf(train: Dataset): { mean: Float64Array; variance: Float64Array } {
  const values = exampleSize(train);
  const some = spread(train, SPREAD_ROWS);
  const { examples } = some;
  const rows = exampleValues(some, { start: 0, end: examples });
  const mean = new Float64Array(values);
  const variance = new Float64Array(values);
  for (let at = 0; at < rows.length; at++) mean[at % values]! += rows[at]! / examples;
  for (let at = 0; at < rows.length; at++)
    variance[at % values]! += (rows[at]! - mean[at % values]!) ** 2 / examples;
  // Rounding leaves a little of what should be nothing.
  for (let v = 0; v < values; v++) if (variance[v]! < 1e-12 * (1 + mean[v]! ** 2)) variance[v] = 0;
  return { mean, variance };
}

function rangeOf(splits: readonly Dataset[]): [number, number] {
  return [
    Math.min(...splits.map(({ schema }) => schema.range[0])),
    Math.max(...splits.map(({ schema }) => schema.range[1])),
  ];
}

function suggestionFor(train: Dataset): DataEvidence["suggestion"] {
  const { hyperparameters, reason } = chooseLikelihood(train);
  return { likelihood: hyperparameters.likelihood!, reason };
}

/** Bytes that were divided by 255 although they fill less than a quarter of that range, as 8×8 digits from 0 to 16 do. */
function lowScale(splits: readonly Dataset[]): Pick<DataEvidence, "lowestScale"> {
  const [first] = splits as [Dataset];
  const greatest = rangeOf(splits)[1];
  if (first.divisor !== 255 || greatest > 0.25 || greatest === 0) return {};
  return { lowestScale: Math.round(255 * greatest) };
}

/** Of the columns of a table that vary. */
function deviationsOf(
  train: Dataset,
  { variance }: { variance: Float64Array },
): Pick<DataEvidence, "columnDeviations"> {
  const varying = variance.filter((each) => each > 0);
  if (train.shape.length > 1 || train.schema.columns || varying.length < 2) return {};
  const bounds = [varying.reduce((a, b) => Math.min(a, b)), varying.reduce((a, b) => Math.max(a, b))];
  return { columnDeviations: [Math.sqrt(bounds[0]!), Math.sqrt(bounds[1]!)] };
}

function duplicatesOf(train: Dataset, heldOut: readonly Dataset[]): DuplicateEvidence {
  const seen = new Set(rowKeys(train));
  let across = 0;
  for (const split of heldOut) for (const key of rowKeys(split)) if (seen.has(key)) across++;
  return { within: 1 - seen.size / train.examples, across };
}

function labelEvidence(train: Dataset, heldOut: Dataset): LabelEvidence | undefined {
  if (!train.labels || !heldOut.labels) return undefined;
  const counts = new Map<number, number>();
  for (const label of train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sizes = [...counts.values()];
  const largest = sizes.reduce((a, b) => Math.max(a, b));
  const references = spread(train, REFERENCES);
  const queries = spread(heldOut, QUERIES);
  const judged = queries.examples;
  const predicted = nearestNeighbourClasses(
    {
      features: exampleValues(references, { start: 0, end: references.examples }),
      labels: references.labels!,
      dimensions: exampleSize(train),
    },
    exampleValues(queries, { start: 0, end: judged }),
    NEIGHBOURS,
  );
  return {
    classes: counts.size,
    singletons: sizes.filter((size) => size === 1).length,
    smallest: sizes.reduce((a, b) => Math.min(a, b)),
    largest,
    neighbourAccuracy: accuracy(predicted, queries.labels!),
    chance: largest / train.examples,
    judged,
  };
}

/** Between rows spread evenly over each split, in units of the data's own spread. */
function shiftOf(train: Dataset, heldOut: Dataset, { variance }: { variance: Float64Array }) {
  const count = Math.min(SHIFT_ROWS, train.examples, heldOut.examples);
  const values = exampleSize(train);
  const pooled = variance.reduce((sum, each) => sum + each, 0) / values;
  if (count < 20 || pooled === 0) return undefined;
  const rowsOf = (data: Dataset) =>
    Float64Array.from(
      exampleValues(spread(data, count), { start: 0, end: count }),
      (value) => value / Math.sqrt(pooled),
    );
  return maximumMeanDiscrepancy(rowsOf(train), rowsOf(heldOut), values, minimalStandard());
}
