import { sizeOf } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { evaluatedElbo } from "../models/elbo.ts";
import { isImportanceWeighted, lossTerms, type Objective, UNSCHEDULED } from "../models/objective.ts";
import type { RowGraph } from "./row-function.ts";

/**
 * One loss record an example: `reconstruction` [], `bound` [] if the objective has one and, per latent dimension, `kl`
 * and the posterior's `mean`.
 */
export function elboGraph(model: ModelConfig, objective: Objective, samples: number): RowGraph {
  return {
    inputs: { x: [sizeOf(model.inputShape)] },
    build: (trace, { x }) => {
      const { posterior, reconstruction, kl, bound } = isImportanceWeighted(objective, samples)
        ? lossTerms(trace, model, objective, x!, UNSCHEDULED, samples)
        : { ...evaluatedElbo(trace, model, x!, samples), bound: undefined };
      return { reconstruction, kl, mean: posterior.mean, ...(bound && { bound }) };
    },
  };
}
