import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { LatentInference, Posterior } from "./latent.ts";

/** Scheduled numbers, as scalar inputs of the graph. */
export interface Scheduled {
  /** Weight of the KL term. */
  readonly beta: Tensor;
  /** Nats of KL that a capacity penalty aims at. */
  readonly capacity: Tensor;
}

export const KL_TERMS = ["dimensions", "joint", "layers", "y"] as const;

/** KL(q(z|x) ‖ p(z)) of each example in nats: the sum of those of these terms that a model has. */
export interface KlTerms {
  /** Of each latent dimension, [batch, latent], where the KL is a sum over them; 0 where z is a point. */
  readonly dimensions?: Tensor;
  /** Of all dimensions together, [batch]. */
  readonly joint?: Tensor;
  /** Of each layer of latents, [batch, layers]. */
  readonly layers?: Tensor;
  /** Of a latent class, [batch]. */
  readonly y?: Tensor;
}

/** One record of the loss, for training, logging and evaluation alike. In nats. */
export interface LossTerms {
  readonly posterior: Posterior;
  /** Draws behind the terms, where penalties look at them. */
  readonly latent: LatentInference;
  /** What training differentiates, summed over the batch: a scalar. With `dreg` only its gradient is meaningful. */
  readonly loss: Tensor;
  /** Expected ln p(x|z) of each example, [batch]; negative for discrete data. */
  readonly reconstruction: Tensor;
  readonly kl: KlTerms;
  /** Further terms of the loss by name, weights included, summed over the batch: scalars. */
  readonly penalties: Readonly<Record<string, Tensor>>;
  /** What is logged of a batch beside the loss, by name: scalars; absent where there is nothing. */
  readonly measures?: Readonly<Record<string, Tensor>>;
  /** The importance-weighted bound on ln p(x) of each example, [batch]; absent when the bound is the ELBO. */
  readonly bound?: Tensor;
  /** That bound with its KL weighed by β, which is what training maximises, [batch]. */
  readonly maximised?: Tensor;
}

/** The terms that there are, by name. */
export function klEntries(kl: KlTerms): (readonly [(typeof KL_TERMS)[number], Tensor])[] {
  return KL_TERMS.flatMap((name) => (kl[name] ? [[name, kl[name]] as const] : []));
}

/** The KL of all examples together, a scalar. */
export function totalKl(kl: KlTerms): Tensor {
  return klEntries(kl)
    .map(([, term]) => g.reduceSum(term))
    .reduce((sum, term) => g.add(sum, term));
}

/** The KL of each example, [batch]. */
export function klOfExamples(kl: KlTerms): Tensor {
  return klEntries(kl)
    .map(([, term]) => (term.shape.length === 1 ? term : g.reduceSum(term, [1])))
    .reduce((sum, term) => g.add(sum, term));
}
