import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { type KlTerms, klEntries, klOfExamples, totalKl } from "./loss-terms.ts";

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
 * @param beta scalar
 * @param capacity C in nats, scalar
 * @returns summed over the batch: a scalar
 * @throws {ConfigError} for free bits where the KL does not split by dimension
 */
export function klPenalty(penalty: KlPenalty, kl: KlTerms, beta: Tensor, capacity: Tensor): Tensor {
  const batch = klOfExamples(kl).shape[0]!;
  switch (penalty.type) {
    case "weighted":
      return g.mul(beta, totalKl(kl));
    case "freeBits": {
      const { dimensions, layers, ...others } = kl;
      const parts = dimensions ?? layers;
      if (!parts || klEntries(others).length > 0)
        throw new ConfigError(
          "freeBits was given but the KL of this model splits neither by dimension nor by layer: use beta",
        );
      return g.mul(beta, g.mul(g.reduceSum(g.max(g.reduceMean(parts, [0]), penalty.nats)), batch));
    }
    case "capacity": {
      const mean = g.div(totalKl(kl), batch);
      return g.mul(beta, g.mul(g.abs(g.sub(mean, capacity)), batch));
    }
  }
}
