import { DataError, RunError } from "../common/errors.ts";
import { Batches } from "../data/batches.ts";
import { fingerprint } from "../data/fingerprint.ts";
import { weightsLayout } from "../models/weights.ts";
import { sourceOf } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import type { TrainingSettings } from "../train/settings.ts";
import { VAE } from "../vae/vae.ts";
import "./node-platform.ts";
import { openRunData } from "./open-data.ts";
import { type ResumedSettings, resumedConfig } from "./resumed-settings.ts";
import { type RunOptions, type RunResult, recordTraining, withFirst } from "./train.ts";

/** What a user asks of a run that is resumed. Only settings that leave model, data and random draws as they are may change. */
export interface ResumeRequest extends RunOptions, ResumedSettings {
  readonly directory: string;
  /** The same data at another place; default: where they were. */
  readonly data?: string | undefined;
}

/**
 * Resumes a run from its last good checkpoint, as if it had never stopped. Settings that may change take effect from
 * there: length, learning rate and its schedule, clipping, warm-ups, patience, and the intervals of validation and log.
 * @throws {ConfigError} when a setting that is given is not the run's and cannot change
 * @throws {DataError} when the data are not those of the run
 * @throws {RunError} when the folder does not hold a run, or it has done all its iterations
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
    if ((await fingerprint(train)) !== data.fingerprint)
      throw new DataError(
        `${sourceOf(data, request.data)} is not what ${run.path} was trained on: give the same data, or start a new run`,
      );
    const { checkpoint: resume, warnings } = await run.latestCheckpoint(weightsLayout(config.model));
    const iteration = resume?.iteration ?? 0;
    for (const message of warnings) request.onEvent?.({ type: "warning", iteration, message });
    const iterationsPerEpoch = Batches.perEpochOf(train, config.hyperparameters);
    const continued = resumedConfig(config, request, { iteration, iterationsPerEpoch });
    const settings = continued.training;
    refuseNothingToDo(run.path, settings, resume, await run.has("model"));
    const vae = VAE.from(continued);
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

/** Refuses to replace a trained model by one that was trained for fewer iterations. */
function refuseNothingToDo(
  path: string,
  { maxIterations, patience }: TrainingSettings,
  checkpoint: Checkpoint | undefined,
  hasModel: boolean,
): void {
  if (!checkpoint) {
    if (!hasModel) return;
    throw new RunError(`${path} has a model but no checkpoint to resume from: start a new run`);
  }
  const { iteration, best } = checkpoint;
  if (iteration > maxIterations)
    throw new RunError(
      `${path} has done ${iteration} iterations already: to resume, set maxIterations to at least that`,
    );
  if (!hasModel) return;
  if (iteration === maxIterations)
    throw new RunError(`${path} has done its ${iteration} iterations: to resume, set a larger maxIterations`);
  if (best && patience > 0 && best.age >= patience)
    throw new RunError(
      `${path} stopped early after ${iteration} iterations, its best at ${best.iteration}: give more patience, or start a new run`,
    );
}
