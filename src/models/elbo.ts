import * as g from "../graph/build.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { infer, klTerms, logRatio } from "./inference.ts";
import { type KlPenalty, klPenalty } from "./kl-penalty.ts";
import { klOfExamples, type LossTerms, type Scheduled } from "./loss-terms.ts";
import type { Observed } from "./observed.ts";

/**
 * The evidence lower bound (Kingma & Welling 2014, eq. 7 and 10), its KL in closed form.
 * @param options.samples draws of z an example
 */
export function elbo(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  { beta, capacity, penalty, samples }: Scheduled & { readonly penalty: KlPenalty; readonly samples: number },
): LossTerms {
  const inference = infer(trace, model, observed, samples);
  const { posterior, logLikelihood } = inference;
  const reconstruction = g.reduceMean(logLikelihood, [1]);
  const kl = klTerms(inference);
  const loss = g.sub(klPenalty(penalty, kl, beta, capacity), g.reduceSum(reconstruction));
  return { posterior, latent: inference, loss, reconstruction, kl, penalties: {} };
}

/**
 * The ELBO for evaluation. The expectation of ln p(x|z) is estimated with ln p(z) − ln q(z|x) + KL as control variate:
 * its mean is 0, and it removes more variance the better q fits the true posterior. So the bound is the
 * mean of ln p(x, z)/q(z|x), which is the importance-sampled one with a single sample.
 * @param samples draws of z an example
 */
export function evaluatedElbo(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  samples: number,
): Pick<LossTerms, "posterior" | "reconstruction" | "kl"> {
  const inference = infer(trace, model, observed, samples);
  const { posterior, logLikelihood } = inference;
  const kl = klTerms(inference);
  if (!inference.draw.logProb) return { posterior, reconstruction: g.reduceMean(logLikelihood, [1]), kl };
  const bound = g.reduceMean(g.add(logLikelihood, logRatio(inference)), [1]);
  return { posterior, reconstruction: g.add(bound, klOfExamples(kl)), kl };
}
