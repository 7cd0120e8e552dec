import { constant } from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { elbo } from "../models/elbo.ts";
import type { RowGraph } from "./row-function.ts";

/** One ELBO record an example: `reconstruction` [] and, per latent dimension, `kl` and the posterior's `mean`. */
export function elboGraph(model: ModelConfig, samples: number): RowGraph {
  return {
    inputs: { x: [sizeOf(model.inputShape)] },
    build: (trace, { x }) => {
      const { posterior, reconstruction, kl } = elbo(trace, model, x!, constant(1), samples);
      return { reconstruction, kl, mean: posterior.mean };
    },
  };
}
