import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";

/**
 * How the KL term enters the ELBO objective, as data.
 *
 * - `weighted`: β·KL (Higgins et al. 2017).
 * - `freeBits`: a dimension costs β·max(λ, KL) with its KL averaged over the batch, so that its first λ nats are free
 *   and no dimension need collapse (Kingma et al. 2016, section 2.4 and eq. 15).
 * - `capacity`: β·|KL − C|, which pulls the KL to C nats (Burgess et al. 2018, eq. 8, whose γ is β here).
 */
export type KlPenalty =
  | { readonly type: "weighted" }
  | { readonly type: "freeBits"; readonly nats: number }
  | { readonly type: "capacity" };

/**
 * @param kl of each example and latent dimension in nats, [batch, latent]
 * @param beta scalar
 * @param capacity C in nats, scalar
 * @returns summed over the batch: a scalar
 */
export function klPenalty(penalty: KlPenalty, kl: Tensor, beta: Tensor, capacity: Tensor): Tensor {
  const [batch] = kl.shape as [number, number];
  switch (penalty.type) {
    case "weighted":
      return g.mul(beta, g.reduceSum(kl));
    case "freeBits":
      return g.mul(beta, g.mul(g.reduceSum(g.max(g.reduceMean(kl, [0]), penalty.nats)), batch));
    case "capacity": {
      const mean = g.div(g.reduceSum(kl), batch);
      return g.mul(beta, g.mul(g.abs(g.sub(mean, capacity)), batch));
    }
  }
}
