import type { Shape, Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import type { CountDistribution, Distribution } from "./distribution.ts";
import type { Support } from "./support.ts";

/** What a likelihood may know beside the decoder's output. */
export interface LikelihoodContext {
  /** Of one example. */
  readonly inputShape: Shape;
  /** The rows whose likelihood is asked for, [...rows, values]; absent where only z is known. */
  readonly observed?: Tensor | undefined;
}

/** One likelihood: all that the rest of the program needs to know of it. */
export interface LikelihoodRule<L> {
  /** As it stands in a sentence. */
  readonly title: string;
  /** Values that data may have. */
  support(likelihood: L): Support;
  /** Whether ln p(x) is that of a density, which has a unit, of a probability, or of a product of both. */
  readonly measure: "density" | "probability" | "both";
  /**
   * Units of the decoder's head for rows of so many values. The head begins with outputs of order 1 and mean 0: what is
   * made of them must be tame there.
   */
  headSize(likelihood: L, values: number): number;
  /** What the named parameters of the distribution are, for whoever reads an exported decoder. */
  readonly parameters: Readonly<Record<string, string>>;
  /** @param output the head's outputs: [...rows, headSize], the first output of every value first */
  distribution(
    scope: Scope,
    output: Tensor,
    likelihood: L,
    context: LikelihoodContext,
  ): Distribution | CountDistribution;
}

/** A rule for each of several likelihoods, by type. */
export type LikelihoodRules<L extends { readonly type: string }> = {
  readonly [T in L["type"]]: LikelihoodRule<Extract<L, { readonly type: T }>>;
};
