import { DataError } from "../common/errors.ts";
import { concatenate } from "../data/concatenate.ts";
import type { Dataset, SplitName } from "../data/dataset.ts";
import { isBuiltIn } from "../data/open.ts";
import { type OpenOptions, SPLIT_NAMES, type Splits } from "../data/splits.ts";
import { supportOf } from "../nn/distributions/likelihood.ts";
import type { RunConfig } from "../run/config.ts";
import { sourceOf } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import type { CheckpointName } from "../run/saved-model.ts";
import { changesText, splitChanges } from "../run/split-fingerprints.ts";
import { VAE } from "../vae/vae.ts";
import "./node-platform.ts";
import { openRunData as openDataOfRun, openWholeLike } from "./open-data.ts";

/** A run that a command reads. */
export interface TrainedRun {
  readonly directory: string;
  readonly config: RunConfig;
  readonly vae: VAE;
  /** The iteration of the weights that were kept. */
  readonly keptIteration: number;
}

/**
 * @param checkpoint to read instead of the model
 * @param warn called when the model is that of a shorter training, and the newest checkpoint is read in its place
 * @throws {RunError} when there is no run, or it cannot be read
 */
export async function openRun(
  directory: string,
  checkpoint?: CheckpointName,
  warn: (message: string) => void = () => {},
): Promise<TrainedRun> {
  const run = await RunDirectory.open(directory);
  const config = await run.readConfig();
  const vae = await VAE.load(directory, { checkpoint });
  const newest = (await run.checkpoints()).at(-1) ?? 0;
  const isBehind = checkpoint === undefined && newest > vae.iteration! && config.training.patience === 0;
  if (!isBehind) return { directory, config, vae, keptIteration: vae.iteration! };
  warn(
    `${directory} is being trained, or was stopped, after its model of iteration ${vae.iteration!}: its newest checkpoint is read, of iteration ${newest}`,
  );
  await vae.dispose();
  return openRun(directory, "last");
}

/**
 * All splits of the run's data, or of others in their place, scaled as the run's.
 * @param given built-in name or path of others
 * @param warn called when rows or labels are not those of the run
 */
export async function openRunSplits(
  { config: { data } }: TrainedRun,
  given?: string,
  warn: (message: string) => void = () => {},
  reading?: OpenOptions,
): Promise<Splits> {
  const source = sourceOf(data, given);
  const splits = await openDataOfRun(data, given, undefined, reading);
  const changes = await splitChanges(data, splits);
  if (changes.length > 0)
    warn(
      source === data.source
        ? `${source} has changed since the run was trained on it (${changesText(changes)}): the numbers are of the data as they are now`
        : `${source} is not what the run was trained on, ${data.source}: compare with care`,
    );
  return splits;
}

/**
 * Examples of data shaped like the run's, scaled as these.
 * @param split `all`: in the order of the file or folder; of the run's own data and of built-in ones validation, train
 *   and test, one after the other
 * @param options.reading how files are read, over how the run's were
 * @param options.warn is told when they are the run's, but not as they were
 */
export async function openLikeRunData(
  { config }: TrainedRun,
  split: SplitName | "all",
  given?: string,
  { reading, warn = () => {} }: { reading?: OpenOptions; warn?: (message: string) => void } = {},
): Promise<Dataset> {
  const { data } = config;
  if (split === "all" && given !== undefined && !isBuiltIn(given)) return openWholeLike(data, given, reading);
  const splits = await openDataOfRun(data, given, split === "all" ? SPLIT_NAMES : [split], reading);
  const changes = given === undefined || given === data.source ? await splitChanges(data, splits) : [];
  if (changes.length > 0)
    warn(
      `${data.source} has changed since the run was trained on it (${changesText(changes)}): the numbers are of the data as they are now`,
    );
  if (split !== "all") return splits[split];
  const { validation, train, test } = splits;
  return concatenate([validation, train, test]);
}

/**
 * Least and greatest value of the run's data, or of others that are named in their place, so that pictures show all of
 * it; [0, 1] where it cannot be known.
 */
export async function rangeOfRunData(
  { config: { data, model } }: TrainedRun,
  given?: string,
): Promise<readonly [number, number]> {
  const { least, greatest } = supportOf(model.likelihood);
  if (Number.isFinite(least) && Number.isFinite(greatest)) return [least, greatest];
  if (data.range && given === undefined) return data.range;
  try {
    const { train } = await openDataOfRun(data, given, ["train"]);
    return train.schema.range;
  } catch (error) {
    if (error instanceof DataError) return [0, 1];
    throw error;
  }
}
