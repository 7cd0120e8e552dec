import { type Dataset, spread } from "../data/dataset.ts";
import { columnMoments, exampleSums } from "../data/moments.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import type { LikelihoodName } from "../nn/distributions/likelihood.ts";

/** The setting that asks for the likelihood that suits the data. */
export const AUTO = "auto";

/** A likelihood that suits some data. */
export interface LikelihoodChoice {
  /** To be spread into a model's hyperparameters. */
  readonly hyperparameters: { readonly likelihood: LikelihoodName } & Pick<
    HyperparametersInput,
    "sigma" | "librarySize" | "encoderInput" | "normalization" | "keepProbability"
  >;
  /** The reason for the choice, as the end of a sentence that names the likelihood. */
  readonly reason: string;
}

/** Chooses by the kind of the data's values, as docs/likelihoods.md explains. */
export function chooseLikelihood(data: Dataset): LikelihoodChoice {
  // A table of counts alone, or of 0 and 1 alone, is like data without columns.
  const kinds = new Set(data.schema.columns?.map(({ kind }) => kind));
  const areAlike = kinds.size === 1 && (kinds.has("count") || kinds.has("binary"));
  const named = data.schema.columns?.every(({ name }) => name !== undefined);
  if (data.schema.columns && !(areAlike && named))
    return { hyperparameters: { likelihood: "mixed" }, reason: "the data say what each of their columns is" };
  if (data.standardize) return realNumbers(data);
  switch (data.schema.kind) {
    case "binary":
      return { hyperparameters: { likelihood: "bernoulli" }, reason: "all values are 0 or 1" };
    case "unit":
      return isColourImage(data)
        ? {
            hyperparameters: { likelihood: "discretized-logistic" },
            reason: "the data are colour images of 256 levels",
          }
        : {
            hyperparameters: { likelihood: "continuous-bernoulli" },
            reason: "values lie between 0 and 1, not only at the ends",
          };
    case "count":
      // Whole numbers in images are levels of brightness that no scale was given for.
      if (data.shape.length > 1) return realNumbers(data);
      return counts(data);
    case "real":
      return realNumbers(data);
  }
}

/** A scale of each value in rows; of images and sequences, whose values are alike, one for all. */
function realNumbers({ schema: { range }, shape }: Dataset): LikelihoodChoice {
  const values = `values are numbers from ${range[0]} to ${range[1]}`;
  return shape.length > 1
    ? {
        hyperparameters: { likelihood: "gaussian", sigma: "calibrated" },
        reason: `${values}, and a calibrated spread needs no tuning`,
      }
    : {
        hyperparameters: { likelihood: "gaussian", sigma: "perDimension" },
        reason: `${values}, and columns differ in what can be told of them: each has a spread of its own`,
      };
}

/**
 * What keeps the depth of rows out of their codes: shares of a row's own sum, and an encoder that is given counts scaled to
 * one sum. Layer normalisation and dropout tell clusters apart better (docs/counts.md); batch normalisation brings the depth
 * back.
 */
const WITHOUT_DEPTH = {
  librarySize: "observed",
  encoderInput: "normalized",
  normalization: "layer",
  keepProbability: 0.9,
} as const;

function counts(data: Dataset): LikelihoodChoice {
  const [least, greatest] = data.schema.range;
  const whole = `values are whole numbers from ${least} to ${greatest}, as counts are`;
  return hasDepth(data)
    ? {
        hyperparameters: { likelihood: "negative-binomial", ...WITHOUT_DEPTH },
        reason: `${whole}, and rows differ in their sums as cells do in depth and documents in length: z is to tell of the rest`,
      }
    : { hyperparameters: { likelihood: "negative-binomial" }, reason: whole };
}

/** Rows that are looked at for their sums. */
const SUMMED = 2000;
/** Columns of which sums are a depth, rather than one more number. */
const LEAST_COLUMNS = 20;
/** Standard deviation of depths that matters, as a part of their mean. */
const DEPTHS_DIFFER = 0.15;
/** How much more sums vary than those of independent columns. */
const TOGETHER = 2;

/** Whether columns rise and fall together, and rows differ in their sums by it. */
function hasDepth(data: Dataset): boolean {
  const rows = spread(data, SUMMED);
  if (rows.storage.size < LEAST_COLUMNS) return false;
  const sums = exampleSums(rows);
  const mean = sums.reduce((total, sum) => total + sum, 0) / sums.length;
  const variance = sums.reduce((total, sum) => total + (sum - mean) ** 2, 0) / sums.length;
  const independent = columnMoments(rows).deviation.reduce((total, each) => total + each ** 2, 0);
  return variance > (DEPTHS_DIFFER * mean) ** 2 && variance > TOGETHER * independent;
}

function isColourImage({ shape, storage, divisor }: Dataset): boolean {
  return shape.length === 3 && shape[2] === 3 && storage.type === "Uint8Array" && divisor === 255;
}
