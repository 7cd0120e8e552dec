import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { standardNormalLogProb } from "../nn/distributions/normal.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { infer } from "./inference.ts";

/**
 * ln w = ln p(x|z) + ln p(z) − ln q(z|x) of each sample z ~ q(z|x), whose log-mean-exp over samples estimates
 * ln p(x) (Burda, Grosse & Salakhutdinov 2016, eq. 8). ln q is taken from the noise behind z, which is exact where
 * the variance is tiny.
 * @param x [batch, values]
 * @returns [batch, samples], in nats
 */
export function logImportanceWeights(trace: Trace, model: ModelConfig, x: Tensor, samples: number): Tensor {
  const { posterior, epsilon, z, logLikelihood } = infer(trace, model, x, samples);
  const logDeterminant = g.mul(g.reduceSum(posterior.logVariance, [-1], true), 0.5);
  const logPosterior = g.sub(standardNormalLogProb(epsilon), logDeterminant);
  return g.sub(g.add(logLikelihood, standardNormalLogProb(z)), logPosterior);
}
