import { sizeOf } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { lossTerms, type Objective, UNSCHEDULED } from "../models/objective.ts";
import type { RowGraph } from "./row-function.ts";

/**
 * One loss record an example: `reconstruction` [], `bound` [] if the objective has one and, per latent dimension, `kl`
 * and the posterior's `mean`.
 */
export function elboGraph(model: ModelConfig, objective: Objective, samples: number): RowGraph {
  return {
    inputs: { x: [sizeOf(model.inputShape)] },
    build: (trace, { x }) => {
      const terms = lossTerms(trace, model, objective, x!, UNSCHEDULED, samples);
      const { posterior, reconstruction, kl, bound } = terms;
      return { reconstruction, kl, mean: posterior.mean, ...(bound && { bound }) };
    },
  };
}
