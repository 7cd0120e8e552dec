import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { main } from "../program.ts";

const PROGRAM = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started `vaekit …`. */
interface Started {
  readonly child: ChildProcess;
  /** What it has written to stdout so far. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
}

/** Starts the built command line. @param folder to run it in */
export function start(folder: string, words: readonly string[]): Started {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing: run npm run build first`);
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, output: () => stdout, ended };
}

/** Runs the built command line to its end, in a separate process. */
export async function spawned(folder: string, ...words: string[]): Promise<Ended> {
  return start(folder, words).ended;
}

/** Runs the command line in this process, where the test runs: no build is needed. @param folder that paths begin in */
export async function vaekit(folder: string, ...words: string[]): Promise<Ended> {
  // Each test file has its own process.
  if (process.cwd() !== folder) process.chdir(folder);
  const [stdout, stderr] = [new TextStream(), new TextStream()];
  const code = await main(words, { stdout, stderr, signal: new AbortController().signal });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Keeps what is written; no terminal. */
export class TextStream extends Writable {
  text = "";

  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
  }
}

/** Lines of `--json`; fails when one is not JSON. */
export function records(stdout: string): Record<string, unknown>[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** Resolves when a started command has written a text to stdout. */
export async function written(started: Started, text: string): Promise<void> {
  while (!started.output().includes(text)) {
    if (started.child.exitCode !== null)
      throw new Error(`ended before it wrote ${text}: ${started.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
