import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import type { CategoricalLikelihood } from "./categorical.ts";
import { boundedLogits, continuousBernoulli } from "./continuous-bernoulli.ts";
import { countRules } from "./count-rules.ts";
import type { CountLikelihood } from "./counts.ts";
import { discretizedLogisticLikelihood, LEVEL_STEP } from "./discretized-logistic.ts";
import { discretizedLogisticMixtureLikelihood } from "./discretized-logistic-mixture.ts";
import type { CountDistribution, Distribution } from "./distribution.ts";
import { gaussian } from "./gaussian.ts";
import { laplaceLikelihood } from "./laplace.ts";
import type { LikelihoodContext, LikelihoodRule, LikelihoodRules } from "./likelihood-rule.ts";
import type { MixedLikelihood } from "./mixed.ts";
import { type LearnedScale, outputsWithScale, type Scale } from "./scale.ts";
import { studentTLikelihood } from "./student-t.ts";
import { REAL_NUMBERS, type Support, UNIT_INTERVAL } from "./support.ts";
import { tableRules } from "./table-rules.ts";

/** The decoder's distribution, as data. */
export type Likelihood =
  | { readonly type: "bernoulli" }
  | { readonly type: "continuous-bernoulli" }
  | { readonly type: "gaussian"; readonly scale: Scale }
  | { readonly type: "laplace"; readonly scale: Scale }
  | {
      readonly type: "student-t";
      readonly scale: Exclude<Scale, "calibrated">;
      /** ν > 1; `learned`: one for all values. */
      readonly degreesOfFreedom: number | "learned";
    }
  | { readonly type: "discretized-logistic"; readonly scale: LearnedScale }
  | { readonly type: "discretized-logistic-mixture"; readonly components: number }
  | CountLikelihood
  | CategoricalLikelihood
  | MixedLikelihood;

export type LikelihoodName = Likelihood["type"];

const LEVELS: Support = { ...UNIT_INTERVAL, step: LEVEL_STEP };

const rules: LikelihoodRules<Likelihood> = {
  bernoulli: {
    title: "a Bernoulli likelihood",
    support: () => UNIT_INTERVAL,
    measure: "probability",
    headSize: (_, values) => values,
    parameters: { logits: "ln p/(1 − p) of each value" },
    distribution: (_, logits) => bernoulli(logits),
  },
  "continuous-bernoulli": {
    title: "a continuous Bernoulli likelihood",
    support: () => UNIT_INTERVAL,
    measure: "density",
    headSize: (_, values) => values,
    parameters: { logits: "ln λ/(1 − λ) of each value" },
    distribution: (_, output) => continuousBernoulli(boundedLogits(output)),
  },
  gaussian: {
    title: "a Gaussian likelihood",
    support: () => REAL_NUMBERS,
    measure: "density",
    headSize: ({ scale }, values) => outputsWithScale(scale) * values,
    parameters: { logVariance: "ln σ² of each value" },
    distribution: (scope, output, { scale }, { observed }) => gaussian(scope, output, scale, observed),
  },
  laplace: {
    title: "a Laplace likelihood",
    support: () => REAL_NUMBERS,
    measure: "density",
    headSize: ({ scale }, values) => outputsWithScale(scale) * values,
    parameters: { logScale: "ln b of each value, whose standard deviation is √2·b" },
    distribution: (scope, output, { scale }, { observed }) =>
      laplaceLikelihood(scope, output, scale, observed),
  },
  "student-t": {
    title: "a Student-t likelihood",
    support: () => REAL_NUMBERS,
    measure: "density",
    headSize: ({ scale }, values) => outputsWithScale(scale) * values,
    parameters: {
      logScale: "ln s of each value, where (x − mean)/s is a standard t variable",
      degreesOfFreedom: "ν of each value",
    },
    distribution: (scope, output, { scale, degreesOfFreedom }) =>
      studentTLikelihood(scope, output, scale, degreesOfFreedom),
  },
  "discretized-logistic": {
    title: "a discretised logistic likelihood",
    support: () => LEVELS,
    measure: "probability",
    headSize: ({ scale }, values) => outputsWithScale(scale) * values,
    parameters: {
      location: "μ of each value's logistic distribution, before it is rounded to multiples of 1/255",
      logScale: "ln s of each value's logistic distribution",
    },
    distribution: (scope, output, { scale }) => discretizedLogisticLikelihood(scope, output, scale),
  },
  "discretized-logistic-mixture": {
    title: "a mixture of discretised logistics",
    support: () => LEVELS,
    measure: "probability",
    headSize: ({ components }, values) => 3 * components * values,
    parameters: {
      logits: "weights of each value's components, [batch, components, values]: softmax over axis 1",
      location: "μ of each component, before it is rounded to multiples of 1/255",
      logScale: "ln s of each component",
    },
    distribution: (_, output, { components }) => discretizedLogisticMixtureLikelihood(output, components),
  },
  ...countRules,
  ...tableRules,
};

function ruleOf(likelihood: Likelihood): LikelihoodRule<Likelihood> {
  return rules[likelihood.type] as LikelihoodRule<Likelihood>;
}

export const LIKELIHOODS = Object.keys(rules) as LikelihoodName[];

/** p(x|z) from the outputs of the decoder's head. @param output [...rows, {@link headSize}] */
export function likelihoodOf(
  scope: Scope,
  output: Tensor,
  likelihood: Likelihood,
  context: LikelihoodContext,
): Distribution | CountDistribution {
  return ruleOf(likelihood).distribution(scope, output, likelihood, context);
}

/** Units of the decoder's head for rows of so many values. */
export function headSize(likelihood: Likelihood, values: number): number {
  return ruleOf(likelihood).headSize(likelihood, values);
}

/** The values that data may have, and what the likelihood is called in a sentence about them. */
export function supportOf(likelihood: Likelihood): Support & { readonly title: string } {
  const { title, support } = ruleOf(likelihood);
  return { title, ...support(likelihood) };
}

/** Whether ln p(x) is that of a density, so that it depends on the data's unit. */
export function isDensity(likelihood: Likelihood): boolean {
  return ruleOf(likelihood).measure === "density";
}

/** What each of the distribution's named parameters is, by its name. */
export function parametersOf(likelihood: Likelihood): Readonly<Record<string, string>> {
  return ruleOf(likelihood).parameters;
}
