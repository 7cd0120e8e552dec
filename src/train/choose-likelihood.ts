import type { Dataset } from "../data/dataset.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import type { LikelihoodName } from "../nn/distributions/likelihood.ts";

/** The setting that asks for the likelihood that suits the data. */
export const AUTO = "auto";

/** A likelihood that suits some data. */
export interface LikelihoodChoice {
  /** To be spread into a model's hyperparameters. */
  readonly hyperparameters: { readonly likelihood: LikelihoodName } & Pick<HyperparametersInput, "sigma">;
  /** The reason for the choice, as the end of a sentence that names the likelihood. */
  readonly reason: string;
}

/** Chooses by the kind of the data's values, as docs/likelihoods.md explains. */
export function chooseLikelihood(data: Dataset): LikelihoodChoice {
  const [least, greatest] = data.schema.range;
  // A table of counts alone, or of 0 and 1 alone, is like data without columns.
  const kinds = new Set(data.schema.columns?.map(({ kind }) => kind));
  const areAlike = kinds.size === 1 && (kinds.has("count") || kinds.has("binary"));
  const named = data.schema.columns?.every(({ name }) => name !== undefined);
  if (data.schema.columns && !(areAlike && named))
    return { hyperparameters: { likelihood: "mixed" }, reason: "the data say what each of their columns is" };
  if (data.standardize) return realNumbers(least, greatest);
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
      if (data.shape.length > 1) return realNumbers(least, greatest);
      return {
        hyperparameters: { likelihood: "negative-binomial" },
        reason: `values are whole numbers from ${least} to ${greatest}, as counts are`,
      };
    case "real":
      return realNumbers(least, greatest);
  }
}

function realNumbers(least: number, greatest: number): LikelihoodChoice {
  return {
    hyperparameters: { likelihood: "gaussian", sigma: "calibrated" },
    reason: `values are numbers from ${least} to ${greatest}, and a calibrated spread needs no tuning`,
  };
}

function isColourImage({ shape, storage, divisor }: Dataset): boolean {
  return shape.length === 3 && shape[2] === 3 && storage.type === "Uint8Array" && divisor === 255;
}
