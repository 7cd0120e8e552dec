import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { verifyRun } from "../../src/tasks/verify.ts";

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const FAULTS = pathOf("./faults.mjs");
const TRAINING = pathOf("./training.mjs");
const FROZEN = pathOf("./frozen.ts");
const PROGRAM = pathOf("../../dist/cli/main.js");

/** A training that stood still at changes to files, and was resumed, until it ended. */
interface Chain {
  readonly kills: number;
  readonly lost: readonly string[];
}

/** Runs `frozen.ts` in a process of its own. @param words its arguments */
export async function frozenChains(...words: readonly string[]): Promise<Chain[]> {
  const node = ["--no-warnings", "--import", "tsx", "--import", FAULTS, FROZEN];
  const child = spawn(process.execPath, [...node, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const piece of child.stdout.setEncoding("utf8")) text += piece;
  return text
    .trim()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Chain);
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export interface Faults {
  /** Change before which the process is killed, counted from 1. */
  readonly kill?: number;
  /** `CODE@n`: the n-th change and all later ones fail. */
  readonly fault?: string;
  /** `CODE@n`: the n-th change alone fails. */
  readonly once?: string;
  /** File that the number of changes is written to. */
  readonly count?: string;
  /** Milliseconds after which the process is killed from outside. */
  readonly after?: number;
}

function run(words: readonly string[], cwd: string, faults: Faults): Promise<Ended> {
  const { kill, fault, once, count, after } = faults;
  const env = {
    ...process.env,
    TORTURE_KILL: String(kill ?? ""),
    ...(fault && { TORTURE_FAULT: fault }),
    ...(once && { TORTURE_ONCE: once }),
    ...(count && { TORTURE_COUNT: count }),
  };
  const child = spawn(process.execPath, ["--import", FAULTS, ...words], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), after);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr });
    });
  });
}

export type Action = "train" | "resume" | "longer" | "force";

/** How a training is run: in a plain script, or by the command line, with pictures and report. */
export interface Way {
  readonly name: string;
  start(folder: string, action: Action, run: string, faults?: Faults): Promise<Ended>;
}

export const SCRIPT: Way = {
  name: "script",
  start: (folder, action, directory, faults = {}) =>
    run([TRAINING, action, join(folder, "tiny"), directory], folder, faults),
};

const SIZES = ["--hidden", "6", "--latent", "2", "--batch-size", "16", "--normalization", "batch", "--film"];
const COURSE = [
  "--max-iterations",
  "40",
  "--checkpoint-every",
  "15",
  "--validate-every",
  "25",
  "--log-every",
  "5",
];
const WORDS: Readonly<Record<Action, (run: string) => string[]>> = {
  train: (directory) => ["train", "tiny", ...SIZES, ...COURSE, "--seed", "3", "--out", directory],
  force: (directory) => ["train", "tiny", ...SIZES, ...COURSE, "--seed", "4", "--out", directory, "--force"],
  resume: (directory) => ["train", "--resume", directory],
  longer: (directory) => ["train", "--resume", directory, "--max-iterations", "60"],
};

export const COMMAND_LINE: Way = {
  name: "command line",
  start: (folder, action, directory, faults = {}) =>
    run([PROGRAM, ...WORDS[action](directory)], folder, faults),
};

/** The bytes of every file of a run that tells the same in every training, by name. */
export function contentsOf(directory: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(directory.length + 1);
    // Times, and what is told of them.
    if (name === "checksums.jsonl" || name === "report.html") found.set(name, "");
    else if (name === "history.jsonl")
      found.set(name, readFileSync(path, "utf8").replace(/"seconds":[\d.]+/g, ""));
    else found.set(name, readFileSync(path).toString("base64"));
  }
  return found;
}

/** What differs between two runs, in words; empty where nothing does. */
export async function differences(directory: string, wanted: ReadonlyMap<string, string>): Promise<string[]> {
  const found = contentsOf(directory);
  const names = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  const different = names.filter((name) => found.get(name) !== wanted.get(name));
  const { files, problems, isWhole } = await verifyRun(directory);
  const damaged = files
    .filter(({ state }) => state !== "whole")
    .map(({ file, state }) => `${file} is ${state}`);
  return [...different.map((name) => `${name} differs`), ...(isWhole ? [] : [...damaged, ...problems])];
}

export function emptyFolder(path: string): string {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** Adds a line to a file of results. */
export function note(path: string, record: object): void {
  writeFileSync(path, `${JSON.stringify(record)}\n`, { flag: "a" });
}
