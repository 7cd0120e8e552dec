import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { infer } from "./inference.ts";
import { type KlPenalty, klPenalty } from "./kl-penalty.ts";
import { klOfPosterior } from "./networks.ts";
import type { LossTerms, Scheduled } from "./objective.ts";

/**
 * The evidence lower bound (Kingma & Welling 2014, eq. 7 and 10), its KL in closed form.
 * @param x [batch, values]
 * @param options.samples draws of z an example
 */
export function elbo(
  trace: Trace,
  model: ModelConfig,
  x: Tensor,
  { beta, capacity, penalty, samples }: Scheduled & { readonly penalty: KlPenalty; readonly samples: number },
): LossTerms {
  const { posterior, logLikelihood } = infer(trace, model, x, samples);
  const reconstruction = g.reduceMean(logLikelihood, [1]);
  const kl = klOfPosterior(model, posterior);
  const loss = g.sub(klPenalty(penalty, kl, beta, capacity), g.reduceSum(reconstruction));
  return { posterior, loss, reconstruction, kl };
}
