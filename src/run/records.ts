import { weightsLayout } from "../models/weights.ts";
import { readRunFile, writeRunFile } from "./checksums.ts";
import { RunDirectory } from "./directory.ts";
import { RUN_FILES } from "./paths.ts";

/** What was found out about a trained model: numbers of `evaluate`, findings of `doctor`. */
type RecordName = "evaluation" | "doctor";

interface Stored {
  /** The iteration of the weights that were judged. */
  readonly iteration: number;
  readonly record: unknown;
}

/**
 * Leaves a record in a run, in place of an earlier one.
 * @param iteration of the weights that were judged; default: that of the model
 * @throws {RunError} when there is no run, or it cannot be written
 */
export async function writeRecord(
  directory: string,
  name: RecordName,
  record: object,
  iteration?: number,
): Promise<void> {
  const run = await RunDirectory.open(directory);
  const stored: Stored = { iteration: iteration ?? (await iterationOf(run)), record };
  await writeRunFile(run.path, RUN_FILES[name], `${JSON.stringify(stored, null, 2)}\n`);
}

/** @returns the record of the weights that the run has now; undefined where there is none, or one of other weights */
export async function readRecord<T>(directory: string, name: RecordName): Promise<T | undefined> {
  const run = await RunDirectory.open(directory);
  if (!(await run.has(name))) return undefined;
  try {
    const stored = JSON.parse((await readRunFile(directory, RUN_FILES[name])).toString()) as Stored;
    return stored.iteration === (await iterationOf(run)) ? (stored.record as T) : undefined;
  } catch (error) {
    // A record can be made again: one that is damaged is as good as none.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function iterationOf(run: RunDirectory): Promise<number> {
  if (!(await run.has("model"))) return 0;
  return (await run.readModel(weightsLayout((await run.readConfig()).model))).iteration;
}
