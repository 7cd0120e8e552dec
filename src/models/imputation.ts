import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { inferLatent, likelihoodAt, logRatio } from "./inference.ts";
import type { Posterior } from "./latent.ts";
import type { Observed } from "./observed.ts";

/** What draws of z ~ q(z|x) say about the values of each example, weighed by w = p(x|z) p(z)/q(z|x). */
interface ImputationTerms {
  /** ln w in nats, of the observed values, [batch, samples]. */
  readonly logWeights: Tensor;
  /** [batch, samples, latent] */
  readonly z: Tensor;
  /** Σ w·E(x|z) with weights that sum to 1 (Mattei & Frellsen 2019, eq. 12), [batch, values]. */
  readonly expected: Tensor;
  /** The same of the probabilities of classes, where values are class indices, [batch, classes, values]. */
  readonly classes?: Tensor;
}

/** @param posterior q(z|x) @param samples draws an example */
export function imputationTerms(
  trace: Trace,
  model: ModelConfig,
  observed: Observed,
  posterior: Posterior,
  samples: number,
): ImputationTerms {
  const latent = inferLatent(trace, model, posterior, samples, observed.y);
  const { likelihood, logLikelihood } = likelihoodAt(trace, model, observed, latent.z);
  const logWeights = g.add(logLikelihood, logRatio(latent));
  const [batch, values] = observed.x.shape as [number, number];
  const weights = g.softmax(logWeights, 1);
  /** @param each [batch, samples, …shape] */
  const weighed = (each: Tensor, shape: readonly number[]) => {
    const share = g.reshape(weights, [batch, samples, ...shape.map(() => 1)]);
    return g.reduceSum(g.mul(share, g.reshape(each, [batch, samples, ...shape])), [1]);
  };
  const { logits } = likelihood.parameters;
  const classes = hasClasses(model) && logits ? logits.shape.at(-2)! : 0;
  return {
    logWeights,
    z: latent.z,
    expected: weighed(likelihood.mean, [values]),
    ...(classes > 0 && {
      classes: weighed(g.softmax(logits!, logits!.shape.length - 2), [classes, values]),
    }),
  };
}

/** Whether some values are class indices, whose mean says nothing. */
export function hasClasses({ likelihood }: Pick<ModelConfig, "likelihood">): boolean {
  return likelihood.type === "categorical"
    ? likelihood.encoding === "index"
    : likelihood.type === "mixed" && likelihood.columns.some(({ kind }) => kind === "categorical");
}
