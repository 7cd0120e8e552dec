import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import type { Distribution } from "./distribution.ts";
import { gaussian } from "./gaussian.ts";
import { REAL_NUMBERS, type Support, UNIT_INTERVAL } from "./support.ts";

/**
 * The decoder's distribution, as data. A Gaussian's scale is a number (fixed σ), `shared` (one learned σ), or
 * `perDimension` (a learned σ for each value of a row).
 */
export type Likelihood =
  | { readonly type: "bernoulli" }
  | { readonly type: "gaussian"; readonly scale: number | "shared" | "perDimension" };

export type LikelihoodName = Likelihood["type"];

type Of<T extends LikelihoodName> = Extract<Likelihood, { type: T }>;

/** What a likelihood may know beside the decoder's output. */
export interface LikelihoodContext {
  /** Of one example. */
  readonly inputShape: Shape;
  /** The rows whose likelihood is asked for, [...rows, values]; absent where only z is known. */
  readonly observed?: Tensor | undefined;
}

/** One likelihood: all that the rest of the program needs to know of it. */
interface LikelihoodRule<L extends Likelihood> {
  /** As it stands in a sentence. */
  readonly title: string;
  /** Values that data may have. */
  support(likelihood: L): Support;
  /** Whether ln p(x) is that of a density, which has a unit, or of a probability. */
  readonly measure: "density" | "probability";
  /**
   * Units of the decoder's head for each value of a row. The head begins with outputs of order 1 and mean 0: what is
   * made of them must be tame there.
   */
  outputsPerValue(likelihood: L): number;
  /** What the named parameters of the distribution are, for whoever reads an exported decoder. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @param output the head's outputs: [...rows, outputs × values], the first output of every value first */
  distribution(scope: Scope, output: Tensor, likelihood: L, context: LikelihoodContext): Distribution;
}

const rules: { readonly [T in LikelihoodName]: LikelihoodRule<Of<T>> } = {
  bernoulli: {
    title: "a Bernoulli likelihood",
    support: () => UNIT_INTERVAL,
    measure: "probability",
    outputsPerValue: () => 1,
    parameters: { logits: "ln p/(1 − p) of each value" },
    distribution: (_, logits) => bernoulli(logits),
  },
  gaussian: {
    title: "a Gaussian likelihood",
    support: () => REAL_NUMBERS,
    measure: "density",
    outputsPerValue: () => 1,
    parameters: { logVariance: "ln σ² of each value" },
    distribution: (scope, mean, { scale }) => gaussian(scope, mean, scale),
  },
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
): Distribution {
  return ruleOf(likelihood).distribution(scope, output, likelihood, context);
}

/** Units of the decoder's head for each value of a row. */
export function outputsPerValue(likelihood: Likelihood): number {
  return ruleOf(likelihood).outputsPerValue(likelihood);
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
