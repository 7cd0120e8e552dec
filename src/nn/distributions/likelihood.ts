import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../scope.ts";
import { bernoulli } from "./bernoulli.ts";
import type { Distribution } from "./distribution.ts";
import { gaussian } from "./gaussian.ts";

/**
 * The decoder's distribution, as data. A Gaussian's scale is a number (fixed σ), `shared` (one learned σ), or
 * `perDimension` (a learned σ for each value of a row).
 */
export type Likelihood =
  | { readonly type: "bernoulli" }
  | { readonly type: "gaussian"; readonly scale: number | "shared" | "perDimension" };

export const LIKELIHOODS = ["bernoulli", "gaussian"] as const satisfies readonly Likelihood["type"][];

type Of<T extends Likelihood["type"]> = Extract<Likelihood, { type: T }>;

/** Each makes a distribution over rows from the decoder's last values, shape [rows, values]. */
const likelihoods: {
  readonly [T in Likelihood["type"]]: (scope: Scope, output: Tensor, likelihood: Of<T>) => Distribution;
} = {
  bernoulli: (_, logits) => bernoulli(logits),
  gaussian: (scope, mean, { scale }) => gaussian(scope, mean, scale),
};

export function likelihoodOf(scope: Scope, output: Tensor, likelihood: Likelihood): Distribution {
  const make = likelihoods[likelihood.type] as (s: Scope, o: Tensor, l: Likelihood) => Distribution;
  return make(scope, output, likelihood);
}
