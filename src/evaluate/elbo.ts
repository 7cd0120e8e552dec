import { reduceMean } from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { infer } from "../models/inference.ts";
import { klFromStandardNormal } from "../nn/distributions/normal.ts";
import type { RowGraph } from "./row-function.ts";

/** One ELBO record an example: `reconstruction` [] and, per latent dimension, `kl` and the posterior's `mean`. */
export function elboGraph(model: ModelConfig, samples: number): RowGraph {
  return {
    inputs: { x: [sizeOf(model.inputShape)] },
    build: (trace, { x }) => {
      const { posterior, logLikelihood } = infer(trace, model, x!, samples);
      return {
        reconstruction: reduceMean(logLikelihood, [1]),
        kl: klFromStandardNormal(posterior),
        mean: posterior.mean,
      };
    },
  };
}
