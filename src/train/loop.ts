import { breather } from "../common/breathe.ts";
import { NumericalError } from "../common/errors.ts";
import { schedulesOf } from "../models/objective-of.ts";
import { valueAt, warmedUpAt } from "../models/schedules.ts";
import type { Checkpoint, RunningSums } from "./checkpoint.ts";
import { checkConsistency } from "./consistency.ts";
import { EarlyStopping } from "./early-stopping.ts";
import { boundOf, isFiniteLoss, type LossMeans, lossMeans, type TrainingEvent } from "./events.ts";
import { learningRateAt } from "./schedule.ts";
import type { TrainingSettings } from "./settings.ts";
import type { Step, StepOptions } from "./step.ts";
import { maximisedOf, type Validation } from "./watched.ts";

interface TrainingJob extends StepOptions {
  readonly step: Step;
  /** Whether the step's weights are as they were drawn. */
  readonly isUntrained: boolean;
  /** The checkpoint to resume from; its weights and moments are already in the step's memory. */
  readonly resumed?: Omit<Checkpoint, "parameters" | "moments" | "states"> | undefined;
  /** Validation ELBO of the step's present weights. */
  readonly validate?: (() => Promise<Validation>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Trains, and yields events. A consumer that stops iterating stops the training; an aborted signal ends it after
 * the present iteration, with a checkpoint.
 * @throws {ConfigError} when settings contradict each other
 * @throws {NumericalError} when the loss is no longer finite; the last checkpoint is good
 */
export async function* train(job: TrainingJob): AsyncGenerator<TrainingEvent, void, void> {
  const { step, hyperparameters, settings, resumed, validate, signal } = job;
  checkConsistency(hyperparameters, settings, { hasValidation: validate !== undefined });
  const { batches, weights } = step;
  const { maxIterations, logEvery } = settings;
  const isDue = checkpointClock(settings);
  const validateEvery = settings.validateEvery || batches.perEpoch;
  const stopping = new EarlyStopping(settings.patience, resumed?.best);
  const warmedUp = warmedUpAt(schedulesOf(hyperparameters), settings.maxIterations);
  let running: RunningSums = resumed?.running ?? { reconstruction: 0, kl: 0, iterations: 0 };
  let iteration = resumed?.iteration ?? 0;
  const breathe = breather();

  const checkpoint = async (): Promise<TrainingEvent> => {
    await step.read();
    if (!step.isHealthy())
      throw new NumericalError(
        `a parameter is not finite after iteration ${iteration}: try a lower learning rate; checkpoints that were written are good`,
      );
    const best = stopping.best;
    return {
      type: "checkpoint",
      checkpoint: { iteration, ...weights, moments: step.moments, running, ...(best && { best }) },
    };
  };

  const validation = async (evaluate: () => Promise<Validation>): Promise<TrainingEvent> => {
    await step.read();
    const means = await evaluate();
    if (!Number.isFinite(boundOf(means)))
      throw new NumericalError(
        `the validation bound is not finite at iteration ${iteration}: look for values in the validation data that are far from the training data`,
      );
    // During a warm-up the objective changes, so its best validation is not comparable with later ones.
    const isJudged = iteration >= warmedUp;
    const best = isJudged && stopping.observe(iteration, maximisedOf(means, hyperparameters), weights);
    return {
      type: "validation",
      iteration,
      epoch: batches.epochOf(iteration),
      best,
      ...lossMeans(means),
      ...(means.klPerDimension && { klPerDimension: Array.from(means.klPerDimension) }),
    };
  };

  yield {
    type: "start",
    iteration,
    maxIterations,
    iterationsPerEpoch: batches.perEpoch,
    parameterCount: weights.layout.parameters.count,
    device: step.device,
  };
  while (iteration < maxIterations && !stopping.exhausted && !signal?.aborted) {
    const means = await step.run(++iteration);
    if (!isFiniteLoss(means)) throw await step.diagnose(iteration, job.isUntrained && iteration === 1);
    const progress = {
      iteration,
      epoch: batches.epochOf(iteration),
      learningRate: learningRateAt(iteration, hyperparameters, settings),
      beta: valueAt(schedulesOf(hyperparameters).beta, iteration, settings.maxIterations),
    };
    yield { type: "iteration", read: () => step.read(), ...progress, ...means };

    running = add(running, means);
    if (iteration % logEvery === 0) {
      yield { type: "log", ...progress, ...meansOf(running) };
      running = { reconstruction: 0, kl: 0, iterations: 0 };
    }
    if (iteration % validateEvery === 0 && validate) yield await validation(validate);
    if (iteration < maxIterations && isDue(iteration)) yield await checkpoint();
    await breathe();
  }
  yield await checkpoint();

  const finished = iteration >= maxIterations || stopping.exhausted;
  // After the checkpoint: a longer training would not have validated here, and resumes as if this one had not.
  const unvalidated = validate && finished && iteration % validateEvery !== 0;
  if (unvalidated) yield await validation(validate);
  const reason = !finished ? "aborted" : iteration >= maxIterations ? "finished" : "stopped early";
  yield { type: "end", reason, iteration, keptIteration: stopping.restore(weights) ?? iteration };
}

/** Says whether a checkpoint is due after an iteration: by number, or by the time since the last. */
function checkpointClock({ checkpointEvery, checkpointSeconds }: TrainingSettings) {
  let last = performance.now();
  return (iteration: number): boolean => {
    const now = performance.now();
    const byNumber = checkpointEvery > 0 && iteration % checkpointEvery === 0;
    const isDue = byNumber || (checkpointSeconds > 0 && now - last >= 1000 * checkpointSeconds);
    if (isDue) last = now;
    return isDue;
  };
}

function add(sums: RunningSums, { reconstruction, kl, bound, penalties, measures }: LossMeans): RunningSums {
  return {
    reconstruction: sums.reconstruction + reconstruction,
    kl: sums.kl + kl,
    ...(bound !== undefined && { bound: (sums.bound ?? 0) + bound }),
    ...(penalties && {
      penalties: mapped(penalties, (value, name) => (sums.penalties?.[name] ?? 0) + value),
    }),
    ...(measures && {
      measures: mapped(measures, (value, name) => (sums.measures?.[name] ?? 0) + value),
    }),
    iterations: sums.iterations + 1,
  };
}

function meansOf({ reconstruction, kl, bound, penalties, measures, iterations }: RunningSums): LossMeans {
  return lossMeans({
    reconstruction: reconstruction / iterations,
    kl: kl / iterations,
    ...(bound !== undefined && { bound: bound / iterations }),
    ...(penalties && { penalties: mapped(penalties, (value) => value / iterations) }),
    ...(measures && { measures: mapped(measures, (value) => value / iterations) }),
  });
}

function mapped(
  values: Readonly<Record<string, number>>,
  change: (value: number, name: string) => number,
): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
