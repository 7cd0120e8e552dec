import { formatCount } from "../common/format.ts";
import { type Dataset, exampleSize, spread } from "../data/dataset.ts";
import { piecesOf } from "../data/storage.ts";
import { requireSupport } from "../data/support.ts";
import { LIKELIHOODS, type LikelihoodName, supportOf } from "../nn/distributions/likelihood.ts";
import { chooseLikelihood } from "../train/choose-likelihood.ts";

/** Rows that zeros and missing values are counted in. */
const ROWS = 100_000;

/** What data are, before anything is judged. */
export interface DataDescription {
  readonly name: string;
  readonly examples: { readonly train: number; readonly validation: number; readonly test: number };
  /** Of one example. */
  readonly shape: readonly number[];
  /** Number of columns by kind, of tables. */
  readonly columns?: Readonly<Record<string, number>>;
  readonly kind: string;
  readonly range: readonly [number, number];
  readonly scale: number;
  /** Part of the values that are 0, and that are missing. */
  readonly zeros: number;
  readonly missing: number;
  /** Columns with missing values, by name or index: the part that is missing. */
  readonly gaps?: Readonly<Record<string, number>>;
  /** Examples by class; "" has those whose class is not known. */
  readonly labels?: Readonly<Record<string, number>>;
  /** The likelihood that `auto` takes, and why. */
  readonly likelihood: { readonly name: LikelihoodName; readonly reason: string };
  /** Likelihoods that these data cannot have, and why. */
  readonly refused: Readonly<Partial<Record<LikelihoodName, string>>>;
}

export function describeData(splits: {
  readonly train: Dataset;
  readonly validation: Dataset;
  readonly test: Dataset;
}): DataDescription {
  const { train, validation, test } = splits;
  const { columns, kind } = train.schema;
  const all = [train, validation, test];
  const kinds: Record<string, number> = {};
  for (const column of columns ?? []) {
    const dated = train.decoding?.columns?.[column.name ?? ""] === "date";
    const each = dated ? "date" : column.kind;
    kinds[each] = (kinds[each] ?? 0) + 1;
  }
  const { hyperparameters, reason } = chooseLikelihood(train);
  const labels = labelCounts(all);
  return {
    name: train.name,
    examples: { train: train.examples, validation: validation.examples, test: test.examples },
    shape: train.shape,
    ...(columns && { columns: kinds }),
    kind,
    range: [
      Math.min(...all.map(({ schema }) => schema.range[0])),
      Math.max(...all.map(({ schema }) => schema.range[1])),
    ],
    scale: train.divisor,
    ...sparsityOf(train),
    ...(labels && { labels }),
    likelihood: { name: hyperparameters.likelihood!, reason },
    refused: refusals(train),
  };
}

function sparsityOf(train: Dataset): Pick<DataDescription, "zeros" | "missing" | "gaps"> {
  const { storage } = spread(train, ROWS);
  const width = exampleSize(train);
  const gaps = new Float64Array(width);
  let zeros = 0;
  for (const { rows } of piecesOf(storage))
    for (let i = 0; i < rows.length; i++) {
      const value = rows[i]!;
      if (value === 0) zeros++;
      else if (Number.isNaN(value)) gaps[i % width]!++;
    }
  const total = storage.examples * width;
  const missing = gaps.reduce((sum, each) => sum + each, 0);
  const nameOf = (at: number) => train.schema.columns?.[at]?.name ?? String(at);
  const parts = [...gaps.keys()].filter((at) => gaps[at]! > 0);
  return {
    zeros: zeros / total,
    missing: missing / total,
    ...(missing > 0 &&
      train.shape.length === 1 && {
        gaps: Object.fromEntries(parts.map((at) => [nameOf(at), gaps[at]! / storage.examples])),
      }),
  };
}

function labelCounts(all: readonly Dataset[]): Record<string, number> | undefined {
  if (!all.some(({ labels }) => labels)) return undefined;
  const counts: Record<string, number> = {};
  for (const { labels, examples, schema } of all)
    for (let i = 0; i < examples; i++) {
      const label = labels?.[i] ?? -1;
      const name = label < 0 ? "" : (schema.labelNames?.[label] ?? String(label));
      counts[name] = (counts[name] ?? 0) + 1;
    }
  return counts;
}

/** Those that need more settings to be asked are left out. */
function refusals(train: Dataset): DataDescription["refused"] {
  const refused: Partial<Record<LikelihoodName, string>> = {};
  for (const type of LIKELIHOODS) {
    if (type === "mixed" || type === "categorical") continue;
    try {
      requireSupport(train, supportOf({ type } as Parameters<typeof supportOf>[0]), { mayMiss: true });
    } catch (error) {
      refused[type] = (error instanceof Error ? error.message : String(error)).split(":")[0]!;
    }
  }
  return refused;
}

/** For a person. */
export function descriptionLines(data: DataDescription): string[] {
  const { examples, shape, columns, labels, likelihood, refused, range, scale, gaps } = data;
  const total = examples.train + examples.validation + examples.test;
  const what =
    shape.length > 1
      ? `of shape ${shape.join("×")}`
      : `of ${formatCount(shape[0]!)} ${shape[0] === 1 ? "value" : "values"}`;
  const lines = [
    `${data.name}: ${formatCount(total)} rows ${what} (${formatCount(examples.train)} to train, ${formatCount(examples.validation)} to validate, ${formatCount(examples.test)} to test)`,
  ];
  if (columns)
    lines.push(
      `  columns: ${Object.entries(columns)
        .map(([kind, count]) => `${formatCount(count)} ${kind}`)
        .join(", ")}`,
    );
  const divided = scale === 1 ? "" : `, divided by ${scale}`;
  const missing = data.missing > 0 ? `, ${percent(data.missing)} missing${gapsText(gaps)}` : "";
  lines.push(
    `  values: ${columns ? "" : `${data.kind}, `}from ${numberText(range[0])} to ${numberText(range[1])}${divided}, ${percent(data.zeros)} zeros${missing}`,
  );
  if (labels) lines.push(`  labels: ${labelsText(labels)}`);
  lines.push(`  likelihood: ${likelihood.name}, because ${likelihood.reason}`);
  const reasons = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(refused)) {
    const [seen, need] = reason.split("; ");
    const key = seen ?? reason;
    reasons.set(key, [...(reasons.get(key) ?? []), need ? `${name} (${need})` : name]);
  }
  for (const [reason, names] of reasons) lines.push(`  refused, as ${reason}: ${names.join(", ")}`);
  return lines;
}

function gapsText(gaps: DataDescription["gaps"]): string {
  if (!gaps) return "";
  const most = Object.entries(gaps).sort(([, a], [, b]) => b - a);
  const some = most.slice(0, 4).map(([name, part]) => `${name} ${percent(part)}`);
  return ` (${some.join(", ")}${most.length > 4 ? `, and ${most.length - 4} columns more` : ""})`;
}

function labelsText(labels: Readonly<Record<string, number>>): string {
  const { "": unknown = 0, ...known } = labels;
  const most = Object.entries(known).sort(([, a], [, b]) => b - a);
  const some = most.slice(0, 12).map(([name, count]) => `${name} ${formatCount(count)}`);
  const rest = most.length > 12 ? `, and ${most.length - 12} classes more` : "";
  const without = unknown > 0 ? `; ${formatCount(unknown)} rows without` : "";
  return `${formatCount(most.length)} ${most.length === 1 ? "class" : "classes"}: ${some.join(", ")}${rest}${without}`;
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function percent(part: number): string {
  return `${Number((100 * part).toPrecision(2))} %`;
}
