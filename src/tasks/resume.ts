import { DataError, RunError } from "../common/errors.ts";
import { Batches } from "../data/batches.ts";
import { type Weights, weightsLayout } from "../models/weights.ts";
import type { RunConfig } from "../run/config.ts";
import { sourceOf } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import { endingProblems, exportProblems } from "../run/ending.ts";
import { changesText, splitChanges } from "../run/split-fingerprints.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { VAE } from "../vae/vae.ts";
import { openOrigin } from "./begin-from.ts";
import "./node-platform.ts";
import { openRunData } from "./open-data.ts";
import { type ResumedSettings, resumedConfig } from "./resumed-settings.ts";
import { onDevice, type RunOptions, type RunResult, recordTraining, withFirst } from "./train.ts";

/** What a user asks of a run that is resumed. Only settings that leave model, data and random draws as they are may change. */
export interface ResumeRequest extends RunOptions, ResumedSettings {
  /** The run's folder. */
  readonly directory: string;
  /** The same data at another place; default: where they were. */
  readonly data?: string | undefined;
  /** Whether what the caller makes after a training is there; default: yes. Otherwise the ending is written again. */
  readonly isEnded?: (() => Promise<boolean>) | undefined;
}

/**
 * Resumes a run from its last good checkpoint, as if it had never stopped. Settings that may change take effect from
 * there: length, learning rate and its schedule, clipping, warm-ups, patience, and the intervals of validation and log.
 * @throws {ConfigError} when a setting that is given is not the run's and cannot change
 * @throws {DataError} when the data are not those of the run
 * @throws {RunError} when the folder does not hold a run, or it has done all its iterations and its ending is whole
 */
export async function resumeRun(request: ResumeRequest): Promise<RunResult> {
  const run = await RunDirectory.resume(request.directory);
  try {
    const config = await run.readConfig();
    const { data } = config;
    // Wrong settings are refused before data are read; the length may need their number.
    const { epochs: _, maxIterations: __, ...training } = request.training ?? {};
    resumedConfig(config, { ...request, training }, { iteration: 0, iterationsPerEpoch: 1 });
    const { train, validation } = await openRunData(data, request.data, ["train", "validation"]);
    const changes = await splitChanges(data, { train, validation });
    const matter = changes.filter(({ what }) => what === "rows" || config.model.condition !== undefined);
    if (matter.length > 0)
      throw new DataError(
        `${sourceOf(data, request.data)} is not what ${run.path} was trained on (${changesText(matter)} are others): give the same data, or start a new run`,
      );
    const { checkpoint: resume, warnings } = await run.latestCheckpoint(weightsLayout(config.model));
    const iteration = resume?.iteration ?? 0;
    if (changes.length > 0) warnings.push(`${changesText(changes)} have changed since ${run.path} was begun`);
    for (const message of warnings) request.onEvent?.({ type: "warning", iteration, message });
    const iterationsPerEpoch = Batches.perEpochOf(train, config.hyperparameters);
    const continued = resumedConfig(config, request, { iteration, iterationsPerEpoch });
    const settings = continued.training;
    const isEnded = async () => (await request.isEnded?.()) ?? true;
    await refuseNothingToDo(run, continued, resume, iterationsPerEpoch, isEnded);
    const vae = await onDevice(VAE.from(continued, await beginning(config, resume)), request);
    const { signal } = request;
    const options = { ...settings, validation, ...(signal && { signal }), ...(resume && { resume }) };
    const events = vae.trainingEvents(train, options);
    try {
      const first = await events.next();
      await run.writeConfig(continued);
      return await recordTraining(run, continued, vae, withFirst(first, events), { ...request, iteration });
    } finally {
      await events.return();
    }
  } finally {
    await run.close();
  }
}

/**
 * Weights of a run that began with those of another: while it has no checkpoint, these are what it begins with again.
 * @throws {RunError} when the other run is no longer what it was
 */
async function beginning(
  { model, origin }: RunConfig,
  resume: Checkpoint | undefined,
): Promise<{ weights?: Weights }> {
  if (!origin) return {};
  if (resume) return { weights: { layout: weightsLayout(model), ...resume } };
  const { weights, iteration } = await openOrigin({ directory: origin.run, checkpoint: origin.checkpoint });
  if (iteration !== origin.iteration)
    throw new RunError(
      `${origin.run} has the weights of iteration ${iteration} now, and this run began with those of ${origin.iteration}: start a new run`,
    );
  return { weights };
}

/**
 * Refuses to replace a trained model by one that was trained for fewer iterations, and a training that has ended. One
 * whose ending was cut off, by a kill or a full disk, goes on: it does no step and writes its ending.
 */
async function refuseNothingToDo(
  run: RunDirectory,
  config: RunConfig,
  checkpoint: Checkpoint | undefined,
  iterationsPerEpoch: number,
  isEnded: () => Promise<boolean>,
): Promise<void> {
  const { path } = run;
  if (!checkpoint) {
    if (await run.has("model")) throw withoutCheckpoint(path, await problemsOf(run, config));
    return;
  }
  const { iteration, best } = checkpoint;
  const { maxIterations, patience } = config.training;
  if (iteration > maxIterations)
    throw new RunError(
      `${path} has done ${iteration} iterations already: to resume, set maxIterations to at least that`,
    );
  const stoppedEarly = patience > 0 && best !== undefined && best.age >= patience;
  if (iteration < maxIterations && !stoppedEarly) return;
  if ((await endingProblems(run, config, checkpoint, iterationsPerEpoch)).length > 0) return;
  if (!(await isEnded())) return;
  throw new RunError(
    iteration === maxIterations
      ? `${path} has done its ${iteration} iterations: to resume, set a larger maxIterations`
      : `${path} stopped early after ${iteration} iterations, its best at ${best!.iteration}: give more patience, or start a new run`,
  );
}

function withoutCheckpoint(path: string, problems: readonly string[]): RunError {
  return new RunError(
    problems.length === 0
      ? `${path} has a model but no checkpoint to resume from: start a new run`
      : `${path} has no checkpoint to resume from, and its files do not belong together (${problems.join("; ")}): start a new run`,
  );
}

/** What does not fit beside a model, where only the model can tell. */
async function problemsOf(run: RunDirectory, config: RunConfig): Promise<string[]> {
  const { iteration } = await run.readModel(weightsLayout(config.model));
  return exportProblems(run, config, iteration);
}
