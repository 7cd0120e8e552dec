import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, RunError } from "../common/errors.ts";
import { fileError } from "../files/file-error.ts";
import { readSafetensors } from "../files/safetensors-file.ts";
import type { ParsedTensorFile } from "../files/safetensors-parser.ts";
import { weightsLayout } from "../models/weights.ts";
import { adoptFiles, Checksums, checkedFiles } from "../run/checksums.ts";
import type { RunConfig } from "../run/config.ts";
import { isMadeInCode } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import { endingProblems } from "../run/ending.ts";
import { Film } from "../run/film.ts";
import { requireWholeFrame } from "../run/model-file.ts";
import { checkpointName, RUN_FILES } from "../run/paths.ts";
import { changesText, splitChanges } from "../run/split-fingerprints.ts";
import { hasChecksum, requireChecksum } from "../run/tensor-checksum.ts";
import { openRunData } from "./open-data.ts";

/** One of a run's files, and whether it is as it was written. */
interface FileVerdict {
  readonly file: string;
  readonly state: "whole" | "damaged" | "missing" | "no checksum";
  /** In words, where there is more to say. */
  readonly about?: string;
}

interface Verification {
  readonly files: readonly FileVerdict[];
  /** What else is not as it was: an ending that was cut off, data that changed. A sentence each. */
  readonly problems: readonly string[];
  /** Whether no file is damaged or missing, and nothing else is wrong. */
  readonly isWhole: boolean;
}

/** Files that a training does not end without, once they were written. */
const LASTING: readonly string[] = [
  RUN_FILES.config,
  RUN_FILES.model,
  RUN_FILES.encoder,
  RUN_FILES.decoder,
  RUN_FILES.prior,
  RUN_FILES.history,
];

/**
 * Compares every file of a run with its checksum, the files with one another, and the data with those it was trained on.
 * @param options.data where the data are, if not where they were
 * @param options.accept takes the files as they are: their checksums are made anew before
 * @throws {RunError} when there is no run, or a file cannot be read
 */
export async function verifyRun(
  directory: string,
  options: { readonly data?: string | undefined; readonly accept?: boolean } = {},
): Promise<Verification> {
  if (options.accept) await accept(directory);
  const run = await RunDirectory.open(directory);
  const files = [...(await listedFiles(run)), ...(await tensorFiles(run))];
  const isReadable = files.every(({ state }) => state === "whole" || state === "no checksum");
  const problems = isReadable ? await problemsOf(run, options.data) : [];
  return { files, problems, isWhole: isReadable && problems.length === 0 };
}

async function accept(directory: string): Promise<void> {
  const run = await RunDirectory.resume(directory);
  try {
    await adoptFiles(directory);
  } finally {
    await run.close();
  }
}

/** Files whose checksums stand in `checksums.jsonl`, and that one. */
async function listedFiles({ path }: RunDirectory): Promise<FileVerdict[]> {
  const checksums = await checksumsOf(path);
  const files = await checkedFiles(path);
  if (typeof checksums === "string") {
    const unknown = files.map((file) => ({ file, state: "no checksum" }) as const);
    return [{ file: RUN_FILES.checksums, state: "damaged", about: checksums }, ...unknown];
  }
  const own: FileVerdict[] = checksums
    ? [
        checksums.isCut
          ? { file: RUN_FILES.checksums, state: "damaged", about: "its last line was cut off" }
          : { file: RUN_FILES.checksums, state: "whole" },
      ]
    : [];
  const missing = LASTING.filter((file) => checksums?.has(file) && !files.includes(file));
  const found: FileVerdict[] = [];
  for (const file of files) {
    const verdict = checksums?.verdict(file, await contentsOf(join(path, file))) ?? "unknown";
    // A picture may be the user's own; the others are always written with a checksum.
    const isOwn = file.startsWith(`${RUN_FILES.plots}/`) || !checksums;
    if (verdict === "whole") found.push({ file, state: "whole" });
    else if (verdict === "unknown" && isOwn) found.push({ file, state: "no checksum" });
    else found.push({ file, state: "damaged", about: PROBLEMS[verdict] });
  }
  return [...own, ...found, ...missing.map((file) => ({ file, state: "missing" }) as const)];
}

const PROBLEMS = {
  changed: "its contents do not fit their checksum",
  unknown: "it has no checksum, though other files have one",
};

async function checksumsOf(folder: string): Promise<Checksums | undefined | string> {
  try {
    return await Checksums.read(folder);
  } catch (error) {
    if (error instanceof RunError) return error.message;
    throw error;
  }
}

/** Checkpoints and film frames, which carry their checksums. */
async function tensorFiles(run: RunDirectory): Promise<FileVerdict[]> {
  const film = new Film(run.file("film"));
  const found: FileVerdict[] = [];
  for (const iteration of await run.checkpoints()) {
    const file = checkpointName(iteration);
    found.push({ file, ...(await tensorVerdict(join(run.path, file), requireChecksum)) });
  }
  for (const iteration of await film.iterations()) {
    const file = `${RUN_FILES.film}/${film.nameOf(iteration)}`;
    found.push({ file, ...(await tensorVerdict(join(run.path, file), requireWholeFrame)) });
  }
  return found;
}

async function tensorVerdict(
  path: string,
  require: (path: string, file: ParsedTensorFile) => void,
): Promise<Omit<FileVerdict, "file">> {
  try {
    const file = await readSafetensors(path);
    require(path, file);
    return { state: hasChecksum(file) ? "whole" : "no checksum" };
  } catch (error) {
    if (error instanceof RunError) return { state: "damaged", about: error.message };
    throw error;
  }
}

async function problemsOf(run: RunDirectory, source: string | undefined): Promise<string[]> {
  const config = await run.readConfig();
  const problems: string[] = [];
  const { checkpoint } = await run.latestCheckpoint(weightsLayout(config.model));
  if (checkpoint) {
    const { iteration } = checkpoint;
    const perEpoch = Math.max(1, Math.floor(config.data.examples.train / config.hyperparameters.batchSize));
    if (iteration < config.training.maxIterations && !(await run.has("model")))
      problems.push(
        `the training of ${config.training.maxIterations} iterations has not ended: its last checkpoint is of iteration ${iteration}`,
      );
    else
      for (const problem of await endingProblems(run, config, checkpoint, perEpoch))
        problems.push(`the training's ending is not whole: ${problem}`);
  }
  problems.push(...(await dataProblems(config, source)));
  return problems;
}

async function dataProblems({ data }: RunConfig, source: string | undefined): Promise<string[]> {
  if (source === undefined && isMadeInCode(data)) return [];
  try {
    const changes = await splitChanges(data, await openRunData(data, source));
    if (changes.length === 0) return [];
    return [`the data have changed since the run was trained on them: ${changesText(changes)}`];
  } catch (error) {
    if (error instanceof DataError) return [error.message];
    throw error;
  }
}

async function contentsOf(path: string): Promise<Buffer> {
  return readFile(path).catch((error) => {
    throw fileError(`cannot read ${path}`, error);
  });
}
