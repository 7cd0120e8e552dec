import { Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { ElboEvaluator } from "../evaluate/evaluation.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import { isImportanceWeighted } from "../models/objective.ts";
import { objectiveOf } from "../models/objective-of.ts";
import type { Weights } from "../models/weights.ts";
import type { Training } from "../run/saved-model.ts";
import { type Runtime, withThreads } from "../runtime/session.ts";
import { beginOutput } from "../train/begin-output.ts";
import { beginPrior } from "../train/begin-prior.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import type { LossMeans, TrainingEvent } from "../train/events.ts";
import { fitCondition, fitLikelihood, fitMissing, requireConditions } from "../train/fit-to-data.ts";
import { initialWeights } from "../train/initialize.ts";
import { resolveTraining, type TrainingRequest } from "../train/length.ts";
import { train } from "../train/loop.ts";
import { requireTrainable } from "../train/require-trainable.ts";
import { createStep } from "../train/step-kinds.ts";
import { oddRowsText, usualData } from "../train/usual-data.ts";
import { evaluationOptions } from "./evaluation.ts";
import type { Examples } from "./examples.ts";

/** Settings of the training; `epochs` gives its length in passes over the data, instead of `maxIterations`. */
export interface TrainOptions extends TrainingRequest {
  /** Watched for early stopping and the history. */
  readonly validation?: Examples | undefined;
  /** Stops the training as its end does when it is aborted. */
  readonly signal?: AbortSignal | undefined;
  /** Told everything that happens. */
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Resumes from here; the result is that of a training without interruption. */
  readonly resume?: Checkpoint;
}

/** The means are absent where no iteration was done: an aborted signal before the first, or nothing left to do. */
export interface TrainingResult extends Partial<LossMeans> {
  /** Iterations done; the means are over the last of them, dropout and all: `elbo(x)` evaluates properly. */
  readonly iterations: number;
  /** Why it ended. */
  readonly reason: "finished" | "stopped early" | "aborted";
}

/** What is to be trained, on which data. */
interface Trainee {
  readonly model: ModelConfig;
  /** Whether the model's input shape was asked for: otherwise it becomes that of the data. */
  readonly shapeIsKnown: boolean;
  readonly hyperparameters: Hyperparameters;
  /** Whether a user has set the size of a batch. */
  readonly batchIsGiven: boolean;
  /** To begin with; undefined: new ones are drawn. */
  readonly weights: Weights | undefined;
  readonly data: Dataset;
  readonly validation: Dataset | undefined;
  engine(): Promise<Runtime>;
}

/** The result of training so far. */
interface Progress {
  readonly model: ModelConfig;
  /** With the batch that was trained with. */
  readonly hyperparameters: Hyperparameters;
  /** The live memory: it changes with every iteration. */
  readonly weights: Weights;
  readonly origin: Training;
}

/**
 * Trains, event by event.
 * @param report called with the model and its weights before each event that changes them
 * @throws {ConfigError} when the data do not fill a batch or settings contradict each other
 * @throws {DataError} when values lie outside the likelihood's support, or cannot be binarised as they are to be
 * @throws {NumericalError} when the loss is no longer finite
 */
export async function* trainModel(
  trainee: Trainee,
  { signal, resume, ...request }: Omit<TrainOptions, "validation" | "onEvent">,
  report: (progress: Progress) => void,
): AsyncGenerator<TrainingEvent, void, void> {
  const { validation } = trainee;
  const { likelihood } = trainee.model;
  requireTrainable(trainee.data, likelihood, trainee.hyperparameters, { mayMiss: true });
  const { data, odd } = usualData(trainee.data, likelihood);
  const hyperparameters = withBatchOf(trainee, data);
  const settings = resolveTraining(request, Batches.perEpochOf(data, hyperparameters), {
    examples: data.examples,
    hasValidation: validation !== undefined,
  });
  const model = modelFor({ ...trainee, data });
  for (const rows of validation ? [data, validation] : [data]) requireConditions(model, rows);
  if (validation) requireTrainable(validation, model.likelihood, hyperparameters, { mayMiss: true });
  const runtime = withThreads(await trainee.engine(), settings.threads);
  const step = await createStep({ model, hyperparameters, settings, data, runtime });
  let evaluator: ElboEvaluator | undefined;
  try {
    const { weights } = step;
    const begunWith = resume ?? trainee.weights;
    step.load(begunWith ?? (await firstWeights(weights, model, data, settings.seed, hyperparameters)));
    evaluator = validation && (await validationOf(runtime, model, weights, hyperparameters));
    const validate = evaluator && (() => evaluator!.evaluate(validation!, { seed: settings.seed }));
    const facts = { isUntrained: begunWith === undefined, resumed: resume };
    const job = { model, hyperparameters, settings, data, runtime, step, ...facts, validate, signal };
    const progressAt = (iteration: number): Progress => ({
      model,
      hyperparameters,
      weights,
      origin: { train: trainee.data, validation, settings, iteration },
    });
    // A training resumed at its last iteration only keeps its checkpoint's weights.
    let hasTrained = resume !== undefined;
    for await (const event of train(job)) {
      if (event.type === "iteration") {
        hasTrained = true;
        report(progressAt(event.iteration));
      }
      if (event.type === "end" && hasTrained) report(progressAt(event.keptIteration));
      yield event;
      if (event.type === "start" && odd.length > 0)
        yield { type: "warning", iteration: event.iteration, message: oddRowsText(trainee.data, odd) };
    }
  } finally {
    await evaluator?.dispose();
    await step.dispose();
  }
}

/**
 * A batch that was not asked for is no larger than the data; one that was may be as large as the data with the rows that
 * are left out.
 */
function withBatchOf({ hyperparameters, batchIsGiven, data: all }: Trainee, data: Dataset): Hyperparameters {
  const { batchSize } = hyperparameters;
  const isTooLarge = batchIsGiven && all.examples < batchSize;
  return isTooLarge || data.examples >= batchSize
    ? hyperparameters
    : { ...hyperparameters, batchSize: data.examples };
}

/** With what is only known of a model once there are data: those it was first trained on. */
function modelFor({ model, shapeIsKnown, data, validation, weights }: Trainee): ModelConfig {
  const likelihood = weights ? model.likelihood : fitLikelihood(model.likelihood, data);
  const missing = fitMissing(model.missing, likelihood, data, validation);
  return {
    ...model,
    ...(!shapeIsKnown && { inputShape: data.shape }),
    likelihood,
    ...(missing && { missing }),
    ...(!weights && model.condition && { condition: fitCondition(model.condition, data) }),
  };
}

/** Weights as they are drawn, with what prior and output begin at. */
async function firstWeights(
  { layout }: Weights,
  model: ModelConfig,
  data: Dataset,
  seed: number,
  { outputBias }: Hyperparameters,
): Promise<Weights> {
  const first = await initialWeights(layout, seed);
  if (outputBias === "data") beginOutput(first, model, data);
  await beginPrior(first, model, data, seed);
  return first;
}

/** The evaluator of the bound that is trained. */
function validationOf(
  runtime: Runtime,
  model: ModelConfig,
  weights: Weights,
  hyperparameters: Hyperparameters,
): Promise<ElboEvaluator> {
  const objective = objectiveOf(hyperparameters);
  const { latentSamples } = hyperparameters;
  const samples = isImportanceWeighted(objective, latentSamples) ? latentSamples : 1;
  return ElboEvaluator.create(runtime, model, weights, {
    ...evaluationOptions(hyperparameters, samples),
    objective,
    beta: hyperparameters.beta,
  });
}
