import {
  type CountLikelihood,
  negativeBinomialLikelihood,
  outputsOf,
  poissonLikelihood,
  zeroInflatedLikelihood,
} from "./counts.ts";
import type { LikelihoodRules } from "./likelihood-rule.ts";
import { COUNTS } from "./support.ts";

const DISPERSION = "ln θ of each value, whose negative binomial has the variance μ + μ²/θ";

/** Likelihoods of counts. */
export const countRules: LikelihoodRules<CountLikelihood> = {
  poisson: {
    title: "a Poisson likelihood",
    support: () => COUNTS,
    measure: "probability",
    headSize: (_, values) => values,
    parameters: { logRate: "ln λ of each value" },
    distribution: (_, output, likelihood, { observed }) => poissonLikelihood(output, likelihood, observed),
  },
  "negative-binomial": {
    title: "a negative binomial likelihood",
    support: () => COUNTS,
    measure: "probability",
    headSize: (likelihood, values) => outputsOf(likelihood) * values,
    parameters: { logInverseDispersion: DISPERSION },
    distribution: (scope, output, likelihood, { observed }) =>
      negativeBinomialLikelihood(scope, output, likelihood, observed),
  },
  "zero-inflated-negative-binomial": {
    title: "a zero-inflated negative binomial likelihood",
    support: () => COUNTS,
    measure: "probability",
    headSize: (likelihood, values) => outputsOf(likelihood) * values,
    parameters: {
      logMean: "ln μ of each value's negative binomial, without dropouts",
      logInverseDispersion: DISPERSION,
      dropoutLogits: "ln π/(1 − π), where π is the probability that a value was replaced by 0",
    },
    distribution: (scope, output, likelihood, { observed }) =>
      zeroInflatedLikelihood(scope, output, likelihood, observed),
  },
};
