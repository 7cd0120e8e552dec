import { positive, shown } from "../../../common/settings.ts";
import * as g from "../../../graph/build.ts";
import { sumObserved } from "../distribution.ts";
import type { LikelihoodRule } from "../likelihood-rule.ts";
import { inside } from "../marginals.ts";

export interface ExponentialLikelihood {
  readonly type: "exponential";
  /** Multiplies the mean that the decoder gives. */
  readonly unit: number;
  /** Mean of all values of the training data; absent before training. */
  readonly mean?: number;
}

/** A likelihood that the product does not have: x ≥ 0 with the mean μ = unit·mean·eʰ, ln p(x) = −x/μ − ln μ. */
export const exponentialRule: LikelihoodRule<ExponentialLikelihood, { unit: number }> = {
  title: "an exponential likelihood",
  settings: {
    unit: shown(positive.default(1), { placeholder: "u", about: "multiplies the mean", group: "Model" }),
  },
  make: ({ unit }) => ({ type: "exponential", unit }),
  fields: { unit: positive, mean: positive.exactOptional() },
  fit: (likelihood, data) => {
    const sums = data.rowSums();
    const total = sums.reduce((sum, each) => sum + each, 0);
    return { ...likelihood, mean: total / (sums.length * data.width) };
  },
  encoderInput: () => "log1p",
  support: () => ({ least: 0, greatest: Number.POSITIVE_INFINITY }),
  measure: "density",
  headSize: (_, values) => values,
  outputAtMean: ({ unit, mean: scale = 1 }, { mean, examples }) =>
    inside(mean, examples).map((each) => Math.log(each / (unit * scale))),
  parameters: { logMean: "ln μ of each value" },
  distribution: (_, output, { unit, mean: scale = 1 }) => {
    const logMean = g.add(output, Math.log(unit * scale));
    const mean = g.exp(logMean);
    return {
      logProb: (x, mask) => g.neg(sumObserved(g.add(g.div(x, mean), logMean), mask)),
      mean,
      mode: g.mul(mean, 0),
      noise: { distribution: "uniform", shape: mean.shape },
      sample: (uniform) => g.neg(g.mul(mean, g.log(g.max(g.sub(1, uniform), 2 ** -25)))),
      parameters: { logMean },
    };
  },
};
