import { multiplications } from "../graph/multiplications.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import { isSumOverExamples, type Objective } from "../models/objective.ts";
import { objectiveOf } from "../models/objective-of.ts";
import type { WeightsLayout } from "../models/weights.ts";
import { type TrainingGraph, trainingGraph } from "./training-graph.ts";

/** What a step computes: once for the whole batch, or twice, for either half of it. */
export interface StepGraph {
  /** Its sums, added up over the parts, are those over the batch. */
  readonly description: TrainingGraph;
  readonly parts: 1 | 2;
}

/** Multiplications of a step, about a millisecond's, below which synchronising the halves costs more than it gains. */
const LEAST_WORK = 2e7;
/**
 * The same for each parameter: a dense network's at about 90 examples. Below, it weighs more that both halves read all
 * weights and that their gradients are to be added up.
 */
const LEAST_WORK_PER_PARAMETER = 250;

/**
 * The graph of a training step. Two cores are fastest with half of the batch each: neither waits for the other between
 * the first layer and the last gradient, unlike when they share every operator. Whether the batch is split depends on
 * the graph and the kind of engine, not on the machine or the number of threads.
 * @param mostParts that the engine runs at the same time
 */
export function stepGraph(
  model: ModelConfig,
  hyperparameters: Hyperparameters,
  layout: WeightsLayout,
  mostParts = 2,
): StepGraph {
  const objective = objectiveOf(hyperparameters);
  const { batchSize } = hyperparameters;
  if (mostParts >= 2 && batchSize % 2 === 0 && isAdditive(objective, layout)) {
    const half = trainingGraph(model, objective, { ...hyperparameters, batchSize: batchSize / 2 });
    if (isWorthHalving(2 * multiplications(half.graph), layout)) return { description: half, parts: 2 };
  }
  return { description: trainingGraph(model, objective, hyperparameters), parts: 1 };
}

/**
 * Whether losses and gradients over a batch are the sums of those over its parts. A network that looks at the batch as a
 * whole keeps running statistics for evaluation, where there is no batch.
 */
export function isAdditive(objective: Objective, { states }: WeightsLayout): boolean {
  return isSumOverExamples(objective) && states.length === 0;
}

function isWorthHalving(work: number, { parameters }: WeightsLayout): boolean {
  return work >= LEAST_WORK && work >= LEAST_WORK_PER_PARAMETER * parameters.count;
}
