import { resolve } from "node:path";
import { ConfigError, NumericalError, RunError } from "../common/errors.ts";
import { shellWord } from "../common/format.ts";
import { Batches } from "../data/batches.ts";
import type { Dataset } from "../data/dataset.ts";
import { isBuiltIn, openData } from "../data/open.ts";
import { withPreprocess } from "../data/preprocess.ts";
import type { Splits } from "../data/splits.ts";
import { TrainingWatch } from "../doctor/watch.ts";
import { type HyperparametersInput, hyperparameterFields } from "../models/hyperparameters.ts";
import type { Architecture } from "../models/sizes.ts";
import { weightsLayout } from "../models/weights.ts";
import type { RunConfig } from "../run/config.ts";
import { RunDirectory } from "../run/directory.ts";
import { Film } from "../run/film.ts";
import { RunRecorder } from "../run/recorder.ts";
import { writeRunModel } from "../run/saved.ts";
import { configOf } from "../run/saved-model.ts";
import { type NodeRuntimeOptions, nodeRuntime } from "../runtime/node.ts";
import { threadCount } from "../runtime/threads.ts";
import type { TrainingEvent } from "../train/events.ts";
import { fitCondition, fitLikelihood, fitMissing } from "../train/fit-to-data.ts";
import { resolveTraining, type TrainingRequest } from "../train/length.ts";
import { prepared } from "../train/prepared.ts";
import { VAE } from "../vae/vae.ts";
import { type BeginFrom, openOrigin, originRecord, settingsFrom, vaeFrom } from "./begin-from.ts";
import "./node-platform.ts";
import { openRunData } from "./open-data.ts";
import { PatientDisk } from "./patient-disk.ts";

/** How a training that is kept on disk is watched and stopped. */
export interface RunOptions {
  /** Also writes TensorBoard event files. */
  readonly tensorboard?: boolean | undefined;
  /**
   * Goes on training when the disk is full or fails: warns, and writes when it can again. At the end it waits for that.
   */
  readonly keepGoing?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** What training steps run on; default `cpu`. */
  readonly device?: NodeRuntimeOptions["device"];
}

/** The same model, whose training steps run on the device. @throws {ConfigError} when it cannot be used here */
export async function onDevice(vae: VAE, { device }: RunOptions): Promise<VAE> {
  if (device === undefined || device === "cpu") return vae;
  const { weights } = vae;
  return VAE.from(vae, { runtime: await nodeRuntime({ device }), ...(weights && { weights }) });
}

/** A training to be kept in a run directory. */
export interface RunRequest extends RunOptions {
  /** Built-in name or path. */
  readonly data: string;
  /** The data, where the caller has opened them already. */
  readonly splits?: (Splits<"train" | "validation"> & Partial<Splits>) | undefined;
  /** Values are divided by this; default: what the data's type suggests. */
  readonly scale?: number | undefined;
  /** Default with `from`: that of the other run. */
  readonly architecture?: Architecture | undefined;
  /** With `from`, those that are not given are the other run's. */
  readonly hyperparameters: HyperparametersInput;
  /** Begins with the weights of another run, whose network must be the same; default: weights are drawn. */
  readonly from?: BeginFrom | undefined;
  /** Length, seed and intervals of the training. */
  readonly training: TrainingRequest;
  /** Folder of the run, which is made. */
  readonly directory: string;
  /** Keeps the weights at logarithmic times, for films. */
  readonly film?: boolean | undefined;
  /** Replaces a run that is there already. */
  readonly force?: boolean | undefined;
}

/** What came of a training that is kept on disk. */
export interface RunResult {
  /** The trained model; dispose of it when done. */
  readonly vae: VAE;
  /** The run's folder. */
  readonly directory: string;
  /** Why it ended. */
  readonly reason: "finished" | "stopped early" | "aborted";
  /** Iterations done. */
  readonly iterations: number;
  /** The iteration whose weights were kept. */
  readonly keptIteration: number;
}

/**
 * Trains a new model and keeps everything about it in a run directory, which is made, or replaced, only when training
 * can begin.
 * @throws {ConfigError | DataError} when settings or data cannot be used
 * @throws {RunError} when the directory is occupied and `force` is not given
 * @throws {NumericalError} when the loss is no longer finite; the last checkpoint is good
 */
export async function trainRun(request: RunRequest): Promise<RunResult> {
  const { data, directory, film, force = false } = request;
  const { vae: begun, train, validation, test, origin } = await begin(request);
  const vae = await onDevice(begun, request);
  const perEpoch = Batches.perEpochOf(train, vae.hyperparameters);
  const resolved = resolveTraining(request.training, perEpoch, {
    examples: train.examples,
    hasValidation: true,
  });
  const settings = { ...resolved, threads: resolved.threads || threadCount() };
  const { signal } = request;

  const events = vae.trainingEvents(train, { ...settings, validation, ...(signal && { signal }) });
  try {
    const first = await events.next();
    const run = await RunDirectory.create(directory, { force });
    try {
      const source = isBuiltIn(data) ? data : resolve(data);
      const training = { source, train, validation, test, settings, film, origin };
      const config = await configOf(vae, await vae.engine(), training);
      await run.writeConfig(config);
      return await recordTraining(run, config, vae, withFirst(first, events), request);
    } finally {
      await run.close();
    }
  } finally {
    await events.return();
  }
}

/** An untrained model, or one with the weights of another run, and the data as it sees them. */
async function begin(request: RunRequest) {
  const { data, scale, architecture, hyperparameters, from } = request;
  if (!from) {
    if (!architecture)
      throw new ConfigError("architecture was not given: give the sizes of the layers, or a run in from");
    const opened = request.splits ?? (await openData(data, { scale }));
    const complete = withBatchSize(hyperparameters, opened.train.examples);
    const unfitted = new VAE(architecture, complete, { inputShape: opened.train.shape });
    const train = prepared(opened.train, unfitted.model.likelihood);
    const validation = withPreprocess(opened.validation, train.preprocess);
    return { vae: fittedVae(unfitted, train, validation), train, validation, test: opened.test };
  }
  const directory = resolve(from.directory);
  if (directory === resolve(request.directory))
    throw new ConfigError(`${from.directory} is the run to begin from: give another folder for the new one`);
  const other = await openOrigin(from);
  const ofOther = other.config.data;
  const opened = request.splits ?? (await openRunData({ ...ofOther, ...(scale && { scale }) }, data));
  const train = withPreprocess(opened.train, ofOther.preprocess);
  const validation = withPreprocess(opened.validation, ofOther.preprocess);
  const settings = settingsFrom(other, { architecture, hyperparameters });
  // A batch that was not asked for is no larger than the data.
  const batchSize =
    hyperparameters.batchSize ?? Math.min(other.config.hyperparameters.batchSize, train.examples);
  const complete = { ...settings, hyperparameters: { ...settings.hyperparameters, batchSize } };
  const vae = vaeFrom(other, complete, train, from.directory);
  return { vae, train, validation, test: opened.test, origin: originRecord({ ...from, directory }, other) };
}

const DEFAULT_BATCH = hyperparameterFields.shape.batchSize.parse(undefined);

/** A batch that was not asked for is no larger than the data. */
function withBatchSize(given: HyperparametersInput, examples: number): HyperparametersInput {
  return given.batchSize === undefined && examples < DEFAULT_BATCH
    ? { ...given, batchSize: examples }
    : given;
}

/** The same model with what its likelihood takes from the data: a run's configuration is written before training. */
function fittedVae({ architecture, hyperparameters, model }: VAE, train: Dataset, validation: Dataset): VAE {
  const likelihood = fitLikelihood(model.likelihood, train);
  const missing = fitMissing(model.missing, likelihood, train, validation);
  const condition = model.condition && { condition: fitCondition(model.condition, train) };
  return new VAE(architecture, hyperparameters, {
    model: { ...model, likelihood, ...(missing && { missing }), ...condition },
  });
}

/** Writes a training down as it happens, and the model it ends with. */
export async function recordTraining(
  run: RunDirectory,
  config: RunConfig,
  vae: VAE,
  events: AsyncIterable<TrainingEvent>,
  options: RunOptions & { readonly iteration?: number },
): Promise<RunResult> {
  const { tensorboard, onEvent, iteration = 0 } = options;
  const recorder = await RunRecorder.open(run, { layout: weightsLayout(vae.model), iteration, tensorboard });
  const watch = new TrainingWatch(config);
  const film = config.film ? new Film(run.file("film")) : undefined;
  const disk = new PatientDisk(options);
  let done = iteration;
  let end: Extract<TrainingEvent, { type: "end" }> | undefined;
  try {
    await run.clearFailure();
    await film?.prepare(iteration);
    for await (const event of events) {
      await disk.write(done, () => recorder.add(event));
      if (event.type === "iteration") {
        done = event.iteration;
        await disk.write(done, async () => film?.record(event.iteration, vae.weights!, event.read));
      }
      if (event.type === "checkpoint" && event.checkpoint.iteration >= config.training.maxIterations)
        await disk.finish(done, () => recorder.store(event.checkpoint));
      onEvent?.(event);
      for (const warning of watch.observe(event)) onEvent?.(warning);
      if (event.type === "end") end = event;
    }
    await disk.finish(done, () => recorder.flush());
  } catch (error) {
    if (error instanceof RunError) throw await intactCheckpoint(error, run);
    if (!(error instanceof NumericalError)) throw error;
    await run.writeFailure(error.message);
    throw await withRemedy(error, run, config);
  } finally {
    await recorder.close();
  }
  const { reason, iteration: iterations, keptIteration } = end!;
  try {
    const { weights } = vae;
    if (weights) await disk.finish(done, () => writeRunModel(run, config, weights, keptIteration));
  } catch (error) {
    throw error instanceof RunError ? unfinishedEnding(error, run.path, iterations) : error;
  }
  return { vae, directory: run.path, reason, iterations, keptIteration };
}

/** A file that could not be written, and what of the training is safe. */
async function intactCheckpoint(error: RunError, run: RunDirectory): Promise<RunError> {
  const last = (await run.checkpoints().catch(() => [])).at(-1);
  if (last === undefined) return error;
  const command = `npx vaekit train --resume ${shellWord(run.path)}`;
  return new RunError(
    `${error.message}; the checkpoint of iteration ${last} is intact: ${command} resumes from it`,
    { cause: error },
  );
}

/** The last checkpoint is written before the model: all that is missing can be made of it. */
function unfinishedEnding(error: RunError, path: string, iterations: number): RunError {
  return new RunError(
    `${error.message}; nothing is lost, the checkpoint of iteration ${iterations} is safe: npx vaekit train --resume ${shellWord(path)} then writes the model from it`,
    { cause: error },
  );
}

/** A divergence, and how the training can be resumed from before it. */
async function withRemedy(
  error: NumericalError,
  run: RunDirectory,
  config: RunConfig,
): Promise<NumericalError> {
  const last = (await run.checkpoints()).at(-1);
  const from = last === undefined ? "the beginning" : `the checkpoint of iteration ${last}`;
  const rate = Number((config.hyperparameters.learningRate / 10).toPrecision(3));
  const command = `npx vaekit train --resume ${shellWord(run.path)} --learning-rate ${rate}`;
  return new NumericalError(`${error.message}; ${command} resumes from ${from}`, { cause: error });
}

/** Events of which the first was taken already. */
export async function* withFirst<T>(
  first: IteratorResult<T, void>,
  rest: AsyncIterable<T>,
): AsyncGenerator<T, void, void> {
  if (!first.done) yield first.value;
  yield* rest;
}
