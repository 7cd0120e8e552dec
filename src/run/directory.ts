import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../common/errors.ts";
import { shellWord } from "../common/format.ts";
import { asSetting } from "../common/named-setting.ts";
import { finalName, isAbandoned } from "../files/atomic.ts";
import { fileError, hasCode } from "../files/file-error.ts";
import { acquireLock, type Lock } from "../files/lock.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { WeightsLayout } from "../models/weights.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { type FoundCheckpoint, latestCheckpoint, newestFirst, storeCheckpoint } from "./checkpoints.ts";
import { adoptFiles, writeRunFile } from "./checksums.ts";
import type { RunConfig, RunConfigInput } from "./config.ts";
import { isRunConfig, readConfig, writeConfig } from "./config-file.ts";
import { readFailure } from "./failure.ts";
import { type HistoryEntry, HistoryWriter, readHistory } from "./history.ts";
import { readModel, writeModel } from "./model-file.ts";
import { belongsToRun, RUN_FILES } from "./paths.ts";
import type { StoredModel } from "./stored-model.ts";

/** The folder that holds everything about one training. */
export class RunDirectory {
  /** As it was given. */
  readonly path: string;
  private readonly lock: Lock | undefined;

  /**
   * Makes a folder for a new training and locks it.
   * @param force whether to delete the files of a run that is there already, or to put the run beside other files
   * @throws {RunError} when the folder has files and `force` is not given, when other files have the names of a run's,
   *   or when it is being trained in
   */
  static async create(path: string, { force = false }: { force?: boolean } = {}): Promise<RunDirectory> {
    await makeFolder(path).catch((error) => {
      if (hasCode(error, "EEXIST")) throw new RunError(`${path} is a file: give the name of a folder`);
      throw fileError(`cannot make the folder ${path}`, error);
    });
    await refuseOccupied(path, force);
    const run = await RunDirectory.locked(path);
    try {
      // Another process may have made a run here in the meantime.
      await refuseOccupied(path, force);
      // The configuration stays until the new one replaces it: at no moment is the folder neither a run nor empty.
      for (const name of await list(path)) if (isReplaceable(name)) await remove(join(path, name));
      if (await run.has("config")) await adoptFiles(path);
      else await remove(run.file("checksums"));
      return run;
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** For reading. @throws {RunError} when the folder is not there or does not hold a run */
  static async open(path: string): Promise<RunDirectory> {
    await refuseOther(path);
    return new RunDirectory(path, undefined);
  }

  /** To resume a training: locks it. @throws {RunError} when it is not a run, or is being trained */
  static async resume(path: string): Promise<RunDirectory> {
    await refuseOther(path);
    return RunDirectory.locked(path);
  }

  private static async locked(path: string): Promise<RunDirectory> {
    const lock = await acquireLock(join(path, RUN_FILES.lock), path);
    try {
      await clearLeftOvers(path);
      return new RunDirectory(path, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private constructor(path: string, lock: Lock | undefined) {
    this.path = path;
    this.lock = lock;
  }

  /** Path of one of the run's files. */
  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  /** Whether one of the run's files is there. */
  async has(name: keyof typeof RUN_FILES): Promise<boolean> {
    return (await list(this.path)).includes(RUN_FILES[name]);
  }

  /** @throws {ConfigError} when the configuration is not one, {@link RunError} when it cannot be written */
  async writeConfig(config: RunConfigInput): Promise<void> {
    // Runs of version 0.1 have no checksums: here begins what writes some.
    if (!(await this.has("checksums"))) await adoptFiles(this.path);
    await writeConfig(this.path, config);
  }

  /** @throws {RunError} when it is missing, damaged, or of a newer version of vaekit */
  async readConfig(): Promise<RunConfig> {
    return readConfig(this.path);
  }

  async writeModel(model: StoredModel): Promise<void> {
    await writeModel(this.path, model);
  }

  /** @throws {RunError} when it is missing, damaged, or of another model */
  async readModel(layout: WeightsLayout): Promise<StoredModel> {
    return readModel(this.path, layout);
  }

  /** Keeps the one before, too; older ones go when this one is safe on the disk. */
  async writeCheckpoint(checkpoint: Checkpoint, layout: WeightsLayout): Promise<void> {
    await storeCheckpoint(this.path, checkpoint, layout);
  }

  /** @throws {RunError} when there are checkpoints, but none that can be read */
  async latestCheckpoint(layout: WeightsLayout): Promise<FoundCheckpoint> {
    return latestCheckpoint(this.path, layout);
  }

  /** Iterations of its checkpoints, in order. */
  async checkpoints(): Promise<number[]> {
    return (await newestFirst(this.path)).reverse();
  }

  /** @param iteration iterations done: later entries are dropped */
  async openHistory(iteration = 0): Promise<HistoryWriter> {
    return HistoryWriter.open(this.path, iteration);
  }

  async readHistory(): Promise<HistoryEntry[]> {
    return readHistory(this.path);
  }

  /** Keeps why a training failed. @param message as the error has it */
  async writeFailure(message: string): Promise<void> {
    await writeRunFile(this.path, RUN_FILES.failure, `${JSON.stringify({ message }, null, 2)}\n`);
  }

  /** Called before a training resumes. */
  async clearFailure(): Promise<void> {
    await remove(this.file("failure"));
  }

  /** Why the last training failed; undefined when it did not. @throws {RunError} when the file is damaged */
  async readFailure(): Promise<string | undefined> {
    return (await this.has("failure")) ? readFailure(this.path) : undefined;
  }

  /**
   * Releases the lock. May be called again. It does not fail, so that it hides no other error: a lock that cannot be deleted
   * is void when its process ends.
   */
  async close(): Promise<void> {
    await this.lock?.release().catch(() => {});
  }
}

async function list(path: string): Promise<string[]> {
  return readdir(path).catch((error) => {
    throw fileError(`cannot read the folder ${path}`, error);
  });
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((error) => {
    throw fileError(`cannot delete ${path}`, error);
  });
}

/** A file that a killed process was about to write for a run. */
function isLeftOver(name: string): boolean {
  return isAbandoned(name) && belongsToRun(finalName(name)) && !isAttendant(name);
}

/** Files that are there for others' sake: the lock with those beside it, and the checksums of what is there. */
function isAttendant(name: string): boolean {
  return name === RUN_FILES.checksums || name === RUN_FILES.lock || name.startsWith(`${RUN_FILES.lock}.`);
}

/** Deletes what killed processes were about to write. It harms nobody: what cannot be deleted stays. */
async function clearLeftOvers(path: string): Promise<void> {
  const names = await list(path);
  const left = names.filter(isLeftOver).map((name) => join(path, name));
  for (const folder of [RUN_FILES.film, RUN_FILES.plots].filter((name) => names.includes(name)))
    for (const name of await readdir(join(path, folder)).catch(() => []))
      if (isAbandoned(name)) left.push(join(path, folder, name));
  for (const each of left) await rm(each, { force: true }).catch(() => {});
}

function isReplaceable(name: string): boolean {
  return belongsToRun(name) && name !== RUN_FILES.config && !isAttendant(name);
}

/** @param force whether a run may be replaced, and other files stand beside a new one */
async function refuseOccupied(path: string, force: boolean): Promise<void> {
  const occupants = (await list(path)).filter((name) => !isAttendant(name) && !isLeftOver(name));
  if (occupants.includes(RUN_FILES.config) && (await isRunConfig(join(path, RUN_FILES.config)))) {
    if (force) return;
    throw new RunError(
      `${path} already exists: pass ${asSetting("force", true)} to replace it; npx vaekit train --resume ${shellWord(path)} resumes it`,
    );
  }
  const taken = occupants.find(belongsToRun);
  if (taken)
    throw new RunError(
      `${path} is no run but holds ${taken}, which a run would replace: choose another folder`,
    );
  if (occupants.length > 0 && !force)
    throw new RunError(
      `${path} already exists and holds other files: choose another folder, or pass ${asSetting("force", true)} to put the run beside them`,
    );
}

async function refuseOther(path: string): Promise<void> {
  const found = await stat(path).catch((error) => {
    if (hasCode(error, "ENOENT")) throw new RunError(`${path} does not exist: give the folder of a run`);
    throw fileError(`cannot read ${path}`, error);
  });
  if (!found.isDirectory()) throw new RunError(`${path} is a file: give the folder of a run`);
  if (!(await list(path)).includes(RUN_FILES.config))
    throw new RunError(`${path} has no ${RUN_FILES.config}: give the folder of a run`);
}
