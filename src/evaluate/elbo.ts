import * as g from "../graph/build.ts";
import type { ModelConfig } from "../models/config.ts";
import { evaluatedElbo } from "../models/elbo.ts";
import { type KlTerms, klEntries } from "../models/loss-terms.ts";
import { isImportanceWeighted, lossTerms, type Objective, UNSCHEDULED } from "../models/objective.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import type { RowGraph } from "./row-function.ts";

/** The output with a term of the KL. */
export function klOutput(term: keyof KlTerms): string {
  return `kl/${term}`;
}

/**
 * One loss record an example: `reconstruction` [], `bound` [] if the objective has one, the terms of the KL by
 * {@link klOutput}, and the posterior's `mean` [latent]; `maximised` [], the objective after warm-up, where the
 * objective has a bound and weighs its KL by another β than 1.
 */
export function elboGraph(model: ModelConfig, objective: Objective, samples: number, beta = 1): RowGraph {
  const { extra: _, ...bound } = objective;
  return {
    inputs: modelInputs(model),
    build: (trace, tensors) => {
      const observed = observedFrom(model, tensors);
      const scheduled = { ...UNSCHEDULED, beta: g.constant(beta) };
      const {
        posterior,
        reconstruction,
        kl,
        bound: value,
        maximised,
      } = isImportanceWeighted(objective, samples)
        ? lossTerms(trace, model, bound as Objective, observed, scheduled, samples)
        : { ...evaluatedElbo(trace, model, observed, samples), bound: undefined, maximised: undefined };
      const terms = klEntries(kl).map(([name, term]) => [klOutput(name), term]);
      return {
        reconstruction,
        ...Object.fromEntries(terms),
        mean: posterior.mean,
        ...(value && { bound: value }),
        ...(maximised && beta !== 1 && { maximised }),
      };
    },
  };
}
