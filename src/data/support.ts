import { DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import type { TitledSupport } from "../common/support.ts";
import { type Dataset, exampleSize } from "./dataset.ts";
import { checkColumns } from "./schema.ts";
import { piecesOf } from "./storage.ts";

/** The likelihood for any finite numbers. */
const UNDEMANDING = asSetting("likelihood", "gaussian");

/** How far from a multiple of the step single precision can put one, as a part of the step. */
const STEP_TOLERANCE = 1e-3;

/**
 * Makes sure that the likelihood can give every value of the dataset, and that none is missing.
 * @param options.mayMiss whether values may be missing
 * @throws {DataError} naming the offending value, or the place of the first that is missing, and the options that help
 */
export function requireSupport(
  data: Dataset,
  demand: TitledSupport,
  { mayMiss = false }: { mayMiss?: boolean } = {},
): void {
  if (!mayMiss) requireNoGaps(data);
  if (demand.columns && demand.columns.length > 0)
    for (const { start, rows } of piecesOf(data.storage))
      checkColumns(rows, data.divisor, demand.columns, subjectOf(data), start);
  const [least, greatest] = data.schema.range;
  const refuse = (seen: string, advice: string): never => {
    throw new DataError(
      `${subjectOf(data)} have ${seen}; ${demand.title} needs ${textOf(demand)}: pass ${advice}`,
    );
  };
  // No scale fixes a negative value.
  if (least < demand.least) refuse(`values down to ${least}`, UNDEMANDING);
  // Models see single precision, where the largest value divided by itself is 1 up to rounding.
  if (Math.fround(greatest) > demand.greatest) refuse(`values up to ${greatest}`, scaleAdvice(data, demand));
  const between = demand.step === undefined ? undefined : firstBetween(data, demand.step);
  if (between !== undefined)
    refuse(`values like ${between}`, demand.step === 1 ? unscaledAdvice(data) : UNDEMANDING);
  if (demand.oneHot !== undefined) requireOneHot(data, demand.oneHot);
}

/** Checks that values can be binarised. @throws {DataError} for values that are no probabilities */
export function requireProbabilities(data: Dataset): void {
  const [least, greatest] = data.schema.range;
  if (least >= 0 && Math.fround(greatest) <= 1) return;
  throw new DataError(
    `${subjectOf(data)} have values from ${least} to ${greatest}; to be made 0 or 1 at random they must be probabilities, in [0, 1]: scale them, or do not binarize`,
  );
}

/** Missing values are NaN, which a model can take only if it was made for them. */
function requireNoGaps(data: Dataset): void {
  const { schema, storage } = data;
  if (schema.missing === undefined) return;
  for (const { start, rows } of piecesOf(storage)) {
    const at = rows.findIndex((value: number) => Number.isNaN(value));
    if (at < 0) continue;
    const column = at % storage.size;
    const name = schema.columns?.[column]?.name;
    const named = name === undefined ? "" : ` '${name}'`;
    throw new DataError(
      `${subjectOf(data)} have gaps, the first in row ${start + Math.floor(at / storage.size)}, column ${column}${named} (counted from 0); the model was trained on complete rows: train it with ${asSetting("missing", "fill")}, or leave those rows or columns out (${asSetting("columns", { [name ?? "NAME"]: "ignore" })})`,
    );
  }
}

function requireOneHot(data: Dataset, classes: number): void {
  const { divisor } = data;
  const width = exampleSize(data);
  if (width % classes !== 0)
    throw new DataError(
      `${subjectOf(data)} have ${width} values; groups of ${classes} indicators need a multiple of ${classes}`,
    );
  for (const { start: first, rows } of piecesOf(data.storage))
    for (let start = 0; start < rows.length; start += classes) {
      let sum = 0;
      for (let i = start; i < start + classes; i++) sum += rows[i]!;
      if (sum === divisor) continue;
      if (rows.subarray(start, start + classes).every((value: number) => Number.isNaN(value))) continue;
      const column = start % width;
      const place = `row ${first + Math.floor(start / width)}, columns ${column} to ${column + classes - 1}`;
      throw new DataError(
        `${subjectOf(data)} have groups like ${place}, with ${Number.isNaN(sum) ? "some indicators missing and some not" : `${sum / divisor} indicators that are 1`}; each needs exactly one`,
      );
    }
}

function subjectOf({ shape, split }: Dataset): string {
  const examples = shape.length > 1 ? "images" : "rows";
  return split === "all" ? examples : `${split} ${examples}`;
}

/** Whether another scale fixes values that are too large: not for counts. */
function scaleAdvice(data: Dataset, demand: TitledSupport): string {
  if (demand.least !== 0 || demand.step === 1) return UNDEMANDING;
  return `${asSetting("scale", sufficientScale(data, demand))} or ${UNDEMANDING}`;
}

/** Whole numbers that were divided, as bytes are unless told otherwise. */
function unscaledAdvice(data: Dataset): string {
  const whole = data.divisor !== 1 && findStored(data, (value) => !Number.isInteger(value)) === undefined;
  return whole ? `${asSetting("scale", 1)} or ${UNDEMANDING}` : UNDEMANDING;
}

function textOf({ least, greatest, step }: TitledSupport): string {
  if (step === 1)
    return Number.isFinite(greatest) ? wholeNumbers(least, greatest) : `whole numbers from ${least}`;
  if (Number.isFinite(greatest))
    return step === undefined
      ? `[${least}, ${greatest}]`
      : `multiples of ${stepText(step)} in [${least}, ${greatest}]`;
  return `numbers from ${least}`;
}

function wholeNumbers(least: number, greatest: number): string {
  return greatest - least === 1 ? `${least} and ${greatest}` : `whole numbers from ${least} to ${greatest}`;
}

/** `1/255` */
function stepText(step: number): string {
  return step < 1 ? `1/${Math.round(1 / step)}` : String(step);
}

/** The first value that is no multiple of the step. */
function firstBetween(data: Dataset, step: number): number | undefined {
  const { storage, divisor, schema } = data;
  const isMultiple = (value: number) => Math.abs(value / step - Math.round(value / step)) <= STEP_TOLERANCE;
  if (schema.kind === "binary" && isMultiple(1)) return undefined;
  // Stored integers are multiples wherever one of them is.
  if (!storage.type.startsWith("Float") && isMultiple(1 / divisor)) return undefined;
  const found = findStored(data, (value) => !isMultiple(value / divisor));
  return found === undefined ? undefined : found / divisor;
}

function findStored({ storage }: Dataset, matches: (value: number) => boolean): number | undefined {
  for (const { rows } of piecesOf(storage)) {
    const found = rows.find((value: number) => !Number.isNaN(value) && matches(value));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Bytes are meant to go up to 255, whether these do or not; of other values only the greatest is known. */
function sufficientScale({ storage, divisor, schema }: Dataset, { step }: TitledSupport): number {
  if (step !== undefined) return Math.round(1 / step);
  return storage.type === "Uint8Array" ? 255 : schema.range[1] * divisor;
}
