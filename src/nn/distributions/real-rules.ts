import { ConfigError } from "../../common/errors.ts";
import { shown } from "../../common/settings.ts";
import { REAL_NUMBERS } from "../../common/support.ts";
import { gaussian } from "./gaussian.ts";
import { laplaceLikelihood } from "./laplace.ts";
import type { LikelihoodRule } from "./likelihood-rule.ts";
import { followedByZeros, type Marginals } from "./marginals.ts";
import { outputsWithScale, rawLogScales, type Scale } from "./scale.ts";
import { degreesOfFreedom, type ScaleSettings, scale, sigma, uncalibratedScale } from "./scale-settings.ts";
import { studentTLikelihood } from "./student-t.ts";

export interface GaussianLikelihood {
  readonly type: "gaussian";
  readonly scale: Scale;
}

export const gaussianRule: LikelihoodRule<GaussianLikelihood, ScaleSettings> = {
  title: "a Gaussian likelihood",
  settings: { sigma },
  make: ({ sigma }) => ({ type: "gaussian", scale: sigma }),
  fields: { scale },
  support: () => REAL_NUMBERS,
  measure: "density",
  headSize: ({ scale }, values) => outputsWithScale(scale) * values,
  outputAtMean: locations,
  learnedAtMean: scales,
  parameters: { logVariance: "ln σ² of each value" },
  distribution: (scope, output, { scale }, context) => gaussian(scope, output, scale, context),
};

export interface LaplaceLikelihood {
  readonly type: "laplace";
  readonly scale: Scale;
}

export const laplaceRule: LikelihoodRule<LaplaceLikelihood, ScaleSettings> = {
  title: "a Laplace likelihood",
  settings: { sigma },
  make: ({ sigma }) => ({ type: "laplace", scale: sigma }),
  fields: { scale },
  support: () => REAL_NUMBERS,
  measure: "density",
  headSize: ({ scale }, values) => outputsWithScale(scale) * values,
  outputAtMean: locations,
  learnedAtMean: scales,
  parameters: { logScale: "ln b of each value, whose standard deviation is √2·b" },
  distribution: (scope, output, { scale }, context) => laplaceLikelihood(scope, output, scale, context),
};

export interface StudentTLikelihood {
  readonly type: "student-t";
  readonly scale: Exclude<Scale, "calibrated">;
  /** ν > 1; `learned`: one for all values. */
  readonly degreesOfFreedom: number | "learned";
}

export interface StudentTSettings extends ScaleSettings {
  /** ν of `student-t`: a number above 1, or `learned`: one for all values. Small: heavy tails. Default 5. */
  degreesOfFreedom: number | "learned";
}

export const studentTRule: LikelihoodRule<StudentTLikelihood, StudentTSettings> = {
  title: "a Student-t likelihood",
  settings: {
    sigma,
    degreesOfFreedom: shown(degreesOfFreedom.default(5), {
      placeholder: "ν",
      about: "fixed or learned",
      group: "Model",
    }),
  },
  make: ({ sigma, degreesOfFreedom }) => {
    if (sigma === "calibrated")
      throw new ConfigError(
        "sigma is calibrated but likelihood student-t has no closed form for it: choose shared, perDimension or decoder",
      );
    return { type: "student-t", scale: sigma, degreesOfFreedom };
  },
  fields: { scale: uncalibratedScale, degreesOfFreedom },
  support: () => REAL_NUMBERS,
  measure: "density",
  headSize: ({ scale }, values) => outputsWithScale(scale) * values,
  outputAtMean: locations,
  learnedAtMean: scales,
  parameters: {
    logScale: "ln s of each value, where (x − mean)/s is a standard t variable",
    degreesOfFreedom: "ν of each value",
  },
  distribution: (scope, output, { scale, degreesOfFreedom }) =>
    studentTLikelihood(scope, output, scale, degreesOfFreedom),
};

/** Locations, then raw scales if they are outputs. */
function locations({ scale }: { readonly scale: Scale }, data: Marginals): Float64Array {
  return followedByZeros(data.centre(), outputsWithScale(scale) * data.mean.length);
}

/** The scales that are learned: what lies around the mean before z tells of it. */
function scales(
  { scale }: { readonly scale: Scale },
  data: Marginals,
): Readonly<Record<string, Float64Array>> {
  return scale === "shared" || scale === "perDimension"
    ? { log_scale: rawLogScales(scale, data.deviation()) }
    : {};
}
