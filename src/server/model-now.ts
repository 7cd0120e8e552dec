import { RunError } from "../common/errors.ts";
import { type Weights, weightsLayout } from "../models/weights.ts";
import { RunDirectory } from "../run/directory.ts";
import { Film } from "../run/film.ts";
import { openRun, type TrainedRun } from "../tasks/open.ts";
import { VAE } from "../vae/vae.ts";

/**
 * A run as it is now: its model, or while it is being trained, the latest weights that it has written.
 * @param iteration of a film's frame, where one is wanted
 * @throws {RunError} when there are no weights yet
 */
export async function modelNow(directory: string, iteration?: number): Promise<TrainedRun> {
  const run = await RunDirectory.open(directory);
  if (iteration === undefined && (await run.has("model"))) return openRun(directory);
  const config = await run.readConfig();
  const layout = weightsLayout(config.model);
  const film = new Film(run.file("film"));
  const withWeights = (weights: Weights, keptIteration: number): TrainedRun => ({
    directory,
    config,
    vae: VAE.from(config, { weights }),
    keptIteration,
  });
  if (iteration !== undefined) return withWeights(await film.read(iteration, layout), iteration);
  const { checkpoint } = await run.latestCheckpoint(layout);
  const frame = (await film.iterations()).at(-1);
  if (frame !== undefined && frame > (checkpoint?.iteration ?? -1))
    return withWeights(await film.read(frame, layout), frame);
  if (!checkpoint) throw new RunError(`${directory} has no weights yet: wait for its first checkpoint`);
  const { parameters, states } = checkpoint;
  return withWeights({ layout, parameters, states }, checkpoint.iteration);
}

/** Moments of a run's film: iterations in order; none without a film. */
export async function filmMoments(directory: string): Promise<number[]> {
  const run = await RunDirectory.open(directory);
  return new Film(run.file("film")).iterations();
}
