/**
 * `checksums.jsonl`: a line for each file of a run that was written, with size and SHA-256 of what it was to hold, added
 * before the file gets its name. A file is whole when a line describes it: at every moment the old or the new one. Lines
 * are only added, so that commands beside a training need no lock. Checkpoints and film frames have checksums
 * of their own. Runs of version 0.1 have no such file: it is made when they are resumed.
 */
import { open, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as z from "zod";
import { RunError } from "../common/errors.ts";
import { type Digest, digestOf, type FileContents, writeFileAtomic } from "../files/atomic.ts";
import { fileError, hasCode } from "../files/file-error.ts";
import { CHECKED_FILES, eventsIteration, RUN_FILES } from "./paths.ts";

const lineSchema = z.object({
  /** Path in the run's folder, with `/`. */
  file: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
  /** The file grows: its first bytes are described, as many as these. */
  grows: z.literal(true).exactOptional(),
});

type Line = z.output<typeof lineSchema>;

/** What the lines say of a file's contents; `unknown` where no line is about it. */
type Verdict = "whole" | "changed" | "unknown";

export class Checksums {
  /** Whether its last line was cut off. */
  readonly isCut: boolean;
  private readonly lines: readonly Line[];

  /**
   * @returns undefined where a run has none
   * @throws {RunError} when it is damaged
   */
  static async read(folder: string): Promise<Checksums | undefined> {
    const path = join(folder, RUN_FILES.checksums);
    const text = await textOf(path);
    if (text === undefined) return undefined;
    const whole = text.slice(0, text.length - cutLine(text).length);
    const lines = whole
      .split("\n")
      .slice(0, -1)
      .map((line, index) => {
        const parsed = parseLine(line);
        if (parsed) return parsed;
        throw new RunError(
          `line ${index + 1} of ${path} is damaged: npx vaekit verify ${folder} --accept makes the file anew, of the files as they are`,
        );
      });
    return new Checksums(lines, cutLine(text) !== "");
  }

  private constructor(lines: readonly Line[], isCut: boolean) {
    this.lines = lines;
    this.isCut = isCut;
  }

  /** @param contents the file's, or their digest where it does not grow */
  verdict(file: string, contents: Uint8Array | Digest): Verdict {
    const about = this.lines.filter((line) => line.file === file);
    const last = about.at(-1);
    if (!last) return "unknown";
    const isWhole =
      contents instanceof Uint8Array && last.grows
        ? describes(last, contents)
        : isAmong(about, contents instanceof Uint8Array ? digestOf(contents) : contents);
    return isWhole ? "whole" : "changed";
  }

  has(file: string): boolean {
    return this.lines.some((line) => line.file === file);
  }

  /** Whether a file was written after another was for the last time. */
  isAfter(file: string, other: string): boolean {
    const lastOf = (name: string) => this.lines.findLastIndex((line) => line.file === name);
    return lastOf(file) > lastOf(other);
  }
}

function describes({ bytes, sha256 }: Line, contents: Uint8Array): boolean {
  return bytes <= contents.length && digestOf(contents.subarray(0, bytes)).sha256 === sha256;
}

function isAmong(lines: readonly Line[], { bytes, sha256 }: Digest): boolean {
  return lines.some((line) => line.bytes === bytes && line.sha256 === sha256);
}

/** Writes a file of a run whole, and its line. @param file its path in the folder, with `/` */
export async function writeRunFile(folder: string, file: string, contents: FileContents): Promise<void> {
  await writeFileAtomic(join(folder, file), contents, (digest) => addChecksum(folder, file, digest));
}

/**
 * Adds a line about a file to the checksums of a run. A run of version 0.1, which has no checksums, stays without.
 * @param options.grows the file grows: the digest is of its first bytes
 * @throws {RunError} when the system refuses
 */
export async function addChecksum(
  folder: string,
  file: string,
  { bytes, sha256 }: Digest,
  { grows = false }: { readonly grows?: boolean } = {},
): Promise<void> {
  const path = join(folder, RUN_FILES.checksums);
  try {
    const text = await textOf(path);
    if (text === undefined) return;
    // A line that a crash has cut off goes, so that the next one stands alone.
    if (cutLine(text) !== "") await writeFileAtomic(path, text.slice(0, text.length - cutLine(text).length));
    const log = await open(path, "a");
    try {
      await log.appendFile(formatLine({ file, bytes, sha256, ...(grows && { grows }) }));
      await log.datasync();
    } finally {
      await log.close();
    }
  } catch (error) {
    throw fileError(`cannot write ${path}`, error);
  }
}

/**
 * Reads a file of a run and compares it with its checksum. In a run of version 0.1, which has none, any contents pass.
 * @param file its path in the folder, with `/`
 * @throws {RunError} when it is damaged; what the system says when it cannot be read
 */
export async function readRunFile(folder: string, file: string): Promise<Buffer<ArrayBuffer>> {
  for (let attempt = 1; ; attempt++) {
    const contents = await readFile(join(folder, file));
    // After the file: the lines then have the one it was written with, or one of a moment later.
    const checksums = await Checksums.read(folder);
    const verdict = checksums?.verdict(file, contents) ?? "whole";
    if (verdict === "whole") return contents;
    if (attempt === MOST_ATTEMPTS) throw damaged(folder, file, verdict);
  }
}

/** A file that grows may have got a line between the two readings. */
const MOST_ATTEMPTS = 3;

/** @throws {RunError} when contents are not those that were written */
export function requireWhole(
  folder: string,
  file: string,
  contents: Uint8Array | Digest,
  checksums: Checksums | undefined,
): void {
  const verdict = checksums?.verdict(file, contents) ?? "whole";
  if (verdict !== "whole") throw damaged(folder, file, verdict);
}

function damaged(folder: string, file: string, verdict: Exclude<Verdict, "whole">): RunError {
  const path = join(folder, file);
  const found =
    verdict === "changed"
      ? `${path} is damaged: its contents do not fit their checksum`
      : `${path} has no checksum, though other files of the run have one`;
  return new RunError(
    `${found}; ${REMEDIES[file] ?? "restore it from a copy"}, or, if you changed it yourself, npx vaekit verify ${folder} --accept takes it as it is`,
  );
}

/** What to do about damage, by file. */
const REMEDIES: Readonly<Record<string, string>> = {
  [RUN_FILES.model]: "--resume writes it again from the last checkpoint",
  [RUN_FILES.failure]: "delete it",
};

/**
 * Begins the checksums of a run with the files that are there, as they are.
 * @throws {RunError} when a file cannot be read, or the system refuses
 */
export async function adoptFiles(folder: string): Promise<void> {
  const lines: string[] = [];
  for (const file of await checkedFiles(folder)) {
    const grows = file === RUN_FILES.history || eventsIteration(file) !== undefined;
    const contents = await readFile(join(folder, file)).catch((error) => {
      throw fileError(`cannot read ${join(folder, file)}`, error);
    });
    lines.push(formatLine({ file, ...digestOf(contents), ...(grows && { grows }) }));
  }
  await writeFileAtomic(join(folder, RUN_FILES.checksums), lines.join(""));
}

/** The files of a run that have lines, those that others are made of first. */
export async function checkedFiles(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  const pictures = names.includes(RUN_FILES.plots) ? await namesIn(join(folder, RUN_FILES.plots)) : [];
  return [
    ...CHECKED_FILES.filter((name) => names.includes(name) && name !== RUN_FILES.report),
    ...names.filter((name) => eventsIteration(name) !== undefined),
    ...pictures.filter((name) => PICTURE.test(name)).map((name) => `${RUN_FILES.plots}/${name}`),
    ...names.filter((name) => name === RUN_FILES.report),
  ];
}

const PICTURE = /\.(png|svg|gif|webp)$/;

async function namesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error) => {
    throw fileError(`cannot read the folder ${folder}`, error);
  });
  return found.map(({ name }) => name).sort();
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw fileError(`cannot read ${path}`, error);
  }
}

/** What stands behind the last line's end: empty unless a crash cut a line off, before its file got its name. */
function cutLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

function formatLine(line: Line): string {
  const text = JSON.stringify(line);
  return `${text.slice(0, -1)},"crc":${crc32(text)}}\n`;
}

/** @returns undefined for a damaged line */
function parseLine(line: string): Line | undefined {
  const [, text, crc] = /^(\{.*),"crc":(\d+)\}$/.exec(line) ?? [];
  if (text === undefined || crc32(`${text}}`) !== Number(crc)) return undefined;
  try {
    return lineSchema.parse(JSON.parse(`${text}}`));
  } catch {
    return undefined;
  }
}
