import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../common/errors.ts";
import { fileError } from "../files/file-error.ts";
import type { WeightsLayout } from "../models/weights.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import { checkpointIteration, checkpointName } from "./paths.ts";

/** Number of checkpoints kept beside the best: if the newest is damaged, the one before it is used. */
const KEPT = 3;

export interface FoundCheckpoint {
  /** Absent when there is no checkpoint at all. */
  readonly checkpoint?: Checkpoint;
  /** What to tell the user, each in a sentence. */
  readonly warnings: string[];
}

/** Writes a checkpoint; when it is safe on the disk, deletes older ones. @throws {RunError} when the system refuses */
export async function storeCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  layout: WeightsLayout,
): Promise<void> {
  const { iteration } = checkpoint;
  await writeCheckpoint(join(folder, checkpointName(iteration)), checkpoint, layout);
  const stored = await newestFirst(folder);
  // After resuming from an older checkpoint, later ones belong to the abandoned training.
  const superseded = stored.filter((other) => other > iteration);
  const done = stored.filter((other) => other <= iteration);
  const best = nearest(done, checkpoint.best?.iteration);
  const old = done.slice(KEPT).filter((other) => other !== best);
  // One that cannot be deleted is too much, and harms nobody.
  for (const other of [...superseded, ...old])
    await rm(join(folder, checkpointName(other)), { force: true }).catch(() => {});
}

/** The checkpoint nearest to the best validation, whose own iteration may have none. */
function nearest(iterations: readonly number[], best: number | undefined): number | undefined {
  if (best === undefined) return undefined;
  const distance = (iteration: number) => Math.abs(iteration - best);
  return iterations.reduce((near, each) => (distance(each) < distance(near) ? each : near), iterations[0]!);
}

/** While a run trains, checkpoints go between their listing and their reading: then newer ones have come. */
const MOST_ATTEMPTS = 5;

/**
 * The newest checkpoint that can be read.
 * @throws {RunError} when there are checkpoints, but none that can be read
 */
export async function latestCheckpoint(folder: string, layout: WeightsLayout): Promise<FoundCheckpoint> {
  for (let attempt = 1; ; attempt++) {
    const before = await newestFirst(folder);
    try {
      return await newestReadable(folder, layout, before);
    } catch (error) {
      const isOld = String(await newestFirst(folder)) !== String(before);
      if (!isOld || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

async function newestReadable(
  folder: string,
  layout: WeightsLayout,
  iterations: readonly number[],
): Promise<FoundCheckpoint> {
  const warnings: string[] = [];
  let lastError: unknown;
  for (const [index, iteration] of iterations.entries()) {
    try {
      const checkpoint = await readCheckpoint(join(folder, checkpointName(iteration)), layout);
      return { checkpoint, warnings };
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      lastError = error;
      const before = iterations[index + 1];
      if (before !== undefined)
        warnings.push(`${error.message}; going back to the checkpoint of iteration ${before}`);
    }
  }
  if (lastError !== undefined) throw lastError;
  return { warnings };
}

/** Iterations of the checkpoints in a folder. */
export async function newestFirst(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error) => {
    throw fileError(`cannot read the folder ${folder}`, error);
  });
  const iterations = names.map(checkpointIteration).filter((iteration) => iteration !== undefined);
  return iterations.sort((a, b) => b - a);
}
