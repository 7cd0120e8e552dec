import * as z from "zod";
import { positive, shown } from "../../common/settings.ts";
import { COUNTS } from "../../common/support.ts";
import {
  countOutputs,
  LIBRARY_SIZES,
  type LibrarySize,
  type NegativeBinomialLikelihood,
  negativeBinomialLikelihood,
  outputsOf,
  type PoissonLikelihood,
  poissonLikelihood,
  type ZeroInflatedLikelihood,
  zeroInflatedLikelihood,
  zeroInflatedOutputs,
} from "./counts.ts";
import type { FitData, LikelihoodRule } from "./likelihood-rule.ts";
import { followedByZeros } from "./marginals.ts";
import { type DispersionSettings, dispersion, learnedScale } from "./scale-settings.ts";

const DISPERSION = "ln θ of each value, whose negative binomial has the variance μ + μ²/θ";

export interface CountSettings {
  /**
   * Means of counts: ℓ·softmax of the decoder's output, where ℓ is the row's own sum (`observed`), or a multiple of its
   * softplus (`none`). `auto`, the default: `observed` under `zero-inflated-negative-binomial`, as in scVI (Lopez et
   * al. 2018), `none` under the others.
   */
  librarySize: LibrarySize | "auto";
}

const librarySize = shown(z.enum(["auto", ...LIBRARY_SIZES]).default("auto"), {
  placeholder: "name",
  about: "means of counts: shares of each row's sum (observed), or independent of it (none)",
  group: "Model",
});

const countMean = { librarySize: z.enum(LIBRARY_SIZES), scale: positive.exactOptional() };

/** What all likelihoods of counts have in common. */
const ofCounts = {
  fit: fitScale,
  encoderInput: () => "log1p" as const,
  support: () => COUNTS,
  measure: "probability" as const,
};

export const poissonRule: LikelihoodRule<PoissonLikelihood, CountSettings> = {
  title: "a Poisson likelihood",
  settings: { librarySize },
  make: ({ librarySize }) => ({ type: "poisson", librarySize: resolved(librarySize, "none") }),
  fields: countMean,
  ...ofCounts,
  headSize: (_, values) => values,
  outputAtMean: (likelihood, { mean, examples }) => countOutputs(mean, likelihood, examples),
  parameters: { logRate: "ln λ of each value" },
  distribution: (_, output, likelihood, context) => poissonLikelihood(output, likelihood, context),
};

export const negativeBinomialRule: LikelihoodRule<
  NegativeBinomialLikelihood,
  CountSettings & DispersionSettings
> = {
  title: "a negative binomial likelihood",
  settings: { librarySize, dispersion },
  make: ({ librarySize, dispersion }) => ({
    type: "negative-binomial",
    librarySize: resolved(librarySize, "none"),
    dispersion,
  }),
  fields: { ...countMean, dispersion: learnedScale },
  ...ofCounts,
  headSize: (likelihood, values) => outputsOf(likelihood) * values,
  outputAtMean: (likelihood, { mean, examples }) =>
    followedByZeros(countOutputs(mean, likelihood, examples), outputsOf(likelihood) * mean.length),
  parameters: { logInverseDispersion: DISPERSION },
  distribution: (scope, output, likelihood, context) =>
    negativeBinomialLikelihood(scope, output, likelihood, context),
};

export const zeroInflatedRule: LikelihoodRule<ZeroInflatedLikelihood, CountSettings & DispersionSettings> = {
  title: "a zero-inflated negative binomial likelihood",
  settings: { librarySize, dispersion },
  make: ({ librarySize, dispersion }) => ({
    type: "zero-inflated-negative-binomial",
    librarySize: resolved(librarySize, "observed"),
    dispersion,
  }),
  fields: { ...countMean, dispersion: learnedScale },
  ...ofCounts,
  headSize: (likelihood, values) => outputsOf(likelihood) * values,
  outputAtMean: (likelihood, data) =>
    followedByZeros(zeroInflatedOutputs(likelihood, data), outputsOf(likelihood) * data.mean.length),
  parameters: {
    logMean: "ln μ of each value's negative binomial, without dropouts",
    logInverseDispersion: DISPERSION,
    dropoutLogits: "ln π/(1 − π), where π is the probability that a value was replaced by 0",
  },
  distribution: (scope, output, likelihood, context) =>
    zeroInflatedLikelihood(scope, output, likelihood, context),
};

function resolved(librarySize: CountSettings["librarySize"], otherwise: LibrarySize): LibrarySize {
  return librarySize === "auto" ? otherwise : librarySize;
}

function fitScale<L extends { readonly librarySize: LibrarySize; readonly scale?: number }>(
  likelihood: L,
  data: FitData,
): L {
  return likelihood.scale === undefined
    ? { ...likelihood, scale: scaleOf(likelihood.librarySize, data) }
    : likelihood;
}

/** 1 for data that are all 0: any scale fits, but its logarithm must be finite. */
function scaleOf(librarySize: LibrarySize, data: FitData): number {
  const sizes = data.rowSums();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const scale = librarySize === "none" ? total / (sizes.length * data.width) : median(sizes);
  return scale > 0 ? scale : 1;
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
