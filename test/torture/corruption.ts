import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/common/errors.ts";
import { weightsLayout } from "../../src/models/weights.ts";
import { readCheckpoint } from "../../src/run/checkpoint-file.ts";
import { RunDirectory } from "../../src/run/directory.ts";
import { Film } from "../../src/run/film.ts";
import { readRecord } from "../../src/run/records.ts";
import { verifyRun } from "../../src/tasks/verify.ts";

/** Reads one of a run's files as commands do; undefined where none of vaekit reads it. */
async function read(run: RunDirectory, file: string): Promise<void> {
  const film = new Film(run.file("film"));
  if (file === "history.jsonl") await run.readHistory();
  const { model } = await run.readConfig();
  const layout = weightsLayout(model);
  if (file === "model.safetensors") await run.readModel(layout);
  if (file.startsWith("checkpoint-")) await readCheckpoint(join(run.path, file), layout);
  if (file.startsWith("film/")) await film.read(Number(file.slice(5, 13)), layout);
  if (file === "evaluation.json") await readRecord(run.path, "evaluation");
}

const READ = /^(config\.json|history\.jsonl|model\.safetensors|checkpoint-.*|film\/.*|evaluation\.json)$/;

export interface CorruptionOutcome {
  readonly cases: number;
  /** What went unnoticed or was told wrongly, in words. */
  readonly lost: readonly string[];
}

/**
 * Flips a bit, cuts bytes off the end, takes bytes out or overwrites some, anywhere in any file of a run: `verify` has to
 * name the file, and what reads it has to refuse it with a typed error.
 * @param uniform numbers in [0, 1)
 */
export async function corrupt(
  directory: string,
  cases: number,
  uniform: () => number,
): Promise<CorruptionOutcome> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1))
    .sort();
  const lost: string[] = [];
  for (let index = 0; index < cases; index++) {
    const file = files[index % files.length]!;
    const path = join(directory, file);
    const whole = readFileSync(path);
    const damaged = damage(whole, index, uniform);
    if (damaged.equals(whole)) continue;
    writeFileSync(path, damaged);
    const problem = await unnoticed(directory, file);
    if (problem) lost.push(`${file}, case ${index}: ${problem}`);
    writeFileSync(path, whole);
  }
  const { isWhole } = await verifyRun(directory);
  return { cases, lost: isWhole ? lost : [...lost, "the run is not whole after its files were restored"] };
}

function damage(whole: Buffer, index: number, uniform: () => number): Buffer {
  const at = Math.floor(uniform() * whole.length);
  const length = 1 + Math.floor(uniform() * 64);
  switch (index % 5) {
    case 0:
      return whole.subarray(0, at);
    case 1:
      return Buffer.concat([whole.subarray(0, at), whole.subarray(at + length)]);
    case 2: {
      const overwritten = Buffer.from(whole);
      for (let each = at; each < Math.min(whole.length, at + length); each++)
        overwritten[each] = Math.floor(256 * uniform());
      return overwritten;
    }
    default: {
      const flipped = Buffer.from(whole);
      flipped[at]! ^= 1 << Math.floor(8 * uniform());
      return flipped;
    }
  }
}

async function unnoticed(directory: string, file: string): Promise<string | undefined> {
  const { files, isWhole } = await verifyRun(directory);
  if (isWhole) return "verify noticed nothing";
  const named = files.some((each) => each.file === file && each.state === "damaged");
  // Without its last lines the log of checksums is whole, and files are what has none.
  if (!named && file !== "checksums.jsonl") return "verify named other files";
  // Files are read rightly, too, where only the log of checksums was cut.
  if (!READ.test(file)) return undefined;
  try {
    await read(await RunDirectory.open(directory), file);
    return "it was read";
  } catch (error) {
    if (error instanceof RunError) return undefined;
    return `reading it raised ${error}`;
  }
}
