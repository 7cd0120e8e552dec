import { negativeBinomialRule, poissonRule, zeroInflatedRule } from "./count-rules.ts";
import { gaussianRule, laplaceRule, studentTRule } from "./real-rules.ts";
import { categoricalRule, mixedRule } from "./table-rules.ts";
import {
  bernoulliRule,
  continuousBernoulliRule,
  discretizedLogisticMixtureRule,
  discretizedLogisticRule,
} from "./unit-rules.ts";

/**
 * Every likelihood, by the name that users give it. A likelihood is added by a file with its rule and a row here: its
 * settings, their flags, the schema of stored models and what it takes from data follow from the rule.
 */
export const likelihoodTable = {
  bernoulli: bernoulliRule,
  "continuous-bernoulli": continuousBernoulliRule,
  gaussian: gaussianRule,
  laplace: laplaceRule,
  "student-t": studentTRule,
  "discretized-logistic": discretizedLogisticRule,
  "discretized-logistic-mixture": discretizedLogisticMixtureRule,
  poisson: poissonRule,
  "negative-binomial": negativeBinomialRule,
  "zero-inflated-negative-binomial": zeroInflatedRule,
  categorical: categoricalRule,
  mixed: mixedRule,
};
