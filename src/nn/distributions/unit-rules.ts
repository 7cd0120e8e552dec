import { positiveInteger, shown } from "../../common/settings.ts";
import { type Support, UNIT_INTERVAL } from "../../common/support.ts";
import { bernoulli } from "./bernoulli.ts";
import { boundedLogits, continuousBernoulli, rawLogitOfMean } from "./continuous-bernoulli.ts";
import { discretizedLogisticLikelihood, LEVEL_STEP, rawLocationOfMean } from "./discretized-logistic.ts";
import { discretizedLogisticMixtureLikelihood, rawShiftOfMean } from "./discretized-logistic-mixture.ts";
import type { LikelihoodRule } from "./likelihood-rule.ts";
import { followedByZeros, logitsOf } from "./marginals.ts";
import { type LearnedScale, outputsWithScale } from "./scale.ts";
import { learnedScale } from "./scale-settings.ts";

const LEVELS: Support = { ...UNIT_INTERVAL, step: LEVEL_STEP };

export interface BernoulliLikelihood {
  readonly type: "bernoulli";
}

export const bernoulliRule: LikelihoodRule<BernoulliLikelihood> = {
  title: "a Bernoulli likelihood",
  settings: {},
  make: () => ({ type: "bernoulli" }),
  fields: {},
  support: () => UNIT_INTERVAL,
  measure: "probability",
  headSize: (_, values) => values,
  outputAtMean: (_, data) => logitsOf(data),
  parameters: { logits: "ln p/(1 − p) of each value" },
  distribution: (_, logits) => bernoulli(logits),
};

export interface ContinuousBernoulliLikelihood {
  readonly type: "continuous-bernoulli";
}

export const continuousBernoulliRule: LikelihoodRule<ContinuousBernoulliLikelihood> = {
  title: "a continuous Bernoulli likelihood",
  settings: {},
  make: () => ({ type: "continuous-bernoulli" }),
  fields: {},
  support: () => UNIT_INTERVAL,
  measure: "density",
  headSize: (_, values) => values,
  outputAtMean: (_, { mean }) => mean.map(rawLogitOfMean),
  parameters: { logits: "ln λ/(1 − λ) of each value" },
  distribution: (_, output) => continuousBernoulli(boundedLogits(output)),
};

export interface DiscretizedLogisticLikelihood {
  readonly type: "discretized-logistic";
  readonly scale: LearnedScale;
}

export interface DiscretizedLogisticSettings {
  /**
   * Source of the spread of `discretized-logistic`: one learned for all values (`shared`) or for each
   * (`perDimension`), or an output of the `decoder` (default).
   */
  logisticScale: LearnedScale;
}

export const discretizedLogisticRule: LikelihoodRule<
  DiscretizedLogisticLikelihood,
  DiscretizedLogisticSettings
> = {
  title: "a discretised logistic likelihood",
  settings: {
    logisticScale: shown(learnedScale.default("decoder"), {
      placeholder: "name",
      about: "source of its spread",
      group: "Model",
    }),
  },
  make: ({ logisticScale }) => ({ type: "discretized-logistic", scale: logisticScale }),
  fields: { scale: learnedScale },
  support: () => LEVELS,
  measure: "probability",
  headSize: ({ scale }, values) => outputsWithScale(scale) * values,
  outputAtMean: ({ scale }, { mean }) =>
    followedByZeros(mean.map(rawLocationOfMean), outputsWithScale(scale) * mean.length),
  parameters: {
    location: "μ of each value's logistic distribution, before it is rounded to multiples of 1/255",
    logScale: "ln s of each value's logistic distribution",
  },
  distribution: (scope, output, { scale }) => discretizedLogisticLikelihood(scope, output, scale),
};

export interface DiscretizedLogisticMixtureLikelihood {
  readonly type: "discretized-logistic-mixture";
  readonly components: number;
}

export interface DiscretizedLogisticMixtureSettings {
  /** Components of each value under `discretized-logistic-mixture`, 1 or more (Salimans et al. 2017). Default 5. */
  mixtures: number;
}

export const discretizedLogisticMixtureRule: LikelihoodRule<
  DiscretizedLogisticMixtureLikelihood,
  DiscretizedLogisticMixtureSettings
> = {
  title: "a mixture of discretised logistics",
  settings: {
    mixtures: shown(positiveInteger.default(5), {
      placeholder: "n",
      about: "components of each value",
      group: "Model",
    }),
  },
  make: ({ mixtures }) => ({ type: "discretized-logistic-mixture", components: mixtures }),
  fields: { components: positiveInteger },
  support: () => LEVELS,
  measure: "probability",
  headSize: ({ components }, values) => 3 * components * values,
  outputAtMean: ({ components }, { mean }) => {
    const outputs = new Float64Array(3 * components * mean.length);
    const shifts = mean.map((each) => rawShiftOfMean(each, components));
    // After the logits of the weights.
    for (let component = 0; component < components; component++)
      outputs.set(shifts, (components + component) * mean.length);
    return outputs;
  },
  parameters: {
    logits: "weights of each value's components, [batch, components, values]: softmax over axis 1",
    location: "μ of each component, before it is rounded to multiples of 1/255",
    logScale: "ln s of each component",
  },
  distribution: (_, output, { components }) => discretizedLogisticMixtureLikelihood(output, components),
};
