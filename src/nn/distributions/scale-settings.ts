import * as z from "zod";
import { positive, shown } from "../../common/settings.ts";
import { LEARNED_SCALES, type LearnedScale, type Scale } from "./scale.ts";

const SCALE_NAMES = [...LEARNED_SCALES, "calibrated"] as const;

/** Spread around the decoder's output. */
export const scale = z.union([positive, z.enum(SCALE_NAMES)], {
  error: `a number above 0, or one of ${SCALE_NAMES.join(", ")}`,
});

/** The same without `calibrated`, for likelihoods that have no closed form for it. */
export const uncalibratedScale = z.union([positive, z.enum(LEARNED_SCALES)], {
  error: `a number above 0, or one of ${LEARNED_SCALES.join(", ")}`,
});

/** Source of a spread that is always learned. */
export const learnedScale = z.enum(LEARNED_SCALES);

const DEGREES_OF_FREEDOM = "a number above 1, or learned";

/** Degrees of freedom above 1, for which a Student-t variable has a mean. */
export const degreesOfFreedom = z.union(
  [z.number({ error: DEGREES_OF_FREEDOM }).gt(1, { error: DEGREES_OF_FREEDOM }), z.literal("learned")],
  { error: DEGREES_OF_FREEDOM },
);

export interface ScaleSettings {
  /**
   * Spread around the decoder's output, in the data's unit: σ of `gaussian`, b of `laplace`, s of `student-t`. A number
   * above 0 fixes it; `calibrated` is the closed form that fits best (Rybkin, Daniilidis & Levine 2021; not for
   * `student-t`); `shared` learns one for all values, `perDimension` one for each; `decoder` makes it an output of the
   * decoder. Default 1.
   */
  sigma: Scale;
}

export const sigma = shown(scale.default(1), {
  placeholder: "σ",
  about: "spread around the decoder's output",
  group: "Model",
});

export interface DispersionSettings {
  /**
   * Inverse dispersion θ of a negative binomial: one learned for all values (`shared`) or for each
   * (`perDimension`, the default), or an output of the `decoder`. The variance is μ + μ²/θ.
   */
  dispersion: LearnedScale;
}

export const dispersion = shown(learnedScale.default("perDimension"), {
  placeholder: "name",
  about: "source of the inverse dispersion θ",
  group: "Model",
});
