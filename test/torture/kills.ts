import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Action, contentsOf, differences, type Ended, type Faults, type Way } from "./processes.ts";

/** Runs that nothing happened to, by which others are judged. */
export interface Reference {
  readonly way: Way;
  readonly folder: string;
  /** What each kind of training ends with. */
  readonly contents: Readonly<Record<Scenario, ReadonlyMap<string, string>>>;
  /** Changes to files that each makes. */
  readonly changes: Readonly<Record<Scenario, number>>;
  /** Milliseconds that each takes. */
  readonly milliseconds: Readonly<Record<Scenario, number>>;
}

/** A new training, one that makes a trained run longer, and one that replaces a run. */
export type Scenario = "train" | "longer" | "force";
export const SCENARIOS = ["train", "longer", "force"] as const;

export async function reference(way: Way, folder: string): Promise<Reference> {
  const whole = join(folder, `whole ${way.name}`);
  const results = { contents: {}, changes: {}, milliseconds: {} } as {
    contents: Record<Scenario, Map<string, string>>;
    changes: Record<Scenario, number>;
    milliseconds: Record<Scenario, number>;
  };
  for (const scenario of SCENARIOS) {
    const directory = `${whole} ${scenario}`;
    if (scenario !== "train") cpSync(`${whole} train`, directory, { recursive: true });
    const count = join(folder, "changes");
    const start = performance.now();
    const { code, stderr } = await way.start(folder, scenario, directory, { count });
    if (code !== 0) throw new Error(`${way.name} ${scenario} ended with ${code}: ${stderr}`);
    results.milliseconds[scenario] = performance.now() - start;
    results.changes[scenario] = Number(readFileSync(count, "utf8"));
    results.contents[scenario] = contentsOf(directory);
  }
  return { way, folder, ...results };
}

export interface Outcome {
  /** Faults that took place. */
  readonly faults: number;
  /** What was lost or came out otherwise, in words. */
  readonly lost: readonly string[];
}

/**
 * Lets a training meet faults, one after the other, each in the process that carries on after the one before; then lets it
 * end in peace, and compares every file.
 */
export async function survive(
  { way, folder, contents }: Reference,
  scenario: Scenario,
  name: string,
  faults: readonly Faults[],
): Promise<Outcome> {
  const directory = join(folder, name);
  rmSync(directory, { recursive: true, force: true });
  if (scenario !== "train") cpSync(join(folder, `whole ${way.name} train`), directory, { recursive: true });
  let [met, isForced] = [0, false];
  const next = (): Action => {
    if (scenario === "longer") return isLonger(directory) ? "resume" : "longer";
    if (!existsSync(join(directory, "config.json"))) return "train";
    if (scenario === "train") return "resume";
    // Until the new configuration is there, the folder holds the old run, and is replaced once more.
    isForced ||= seedOf(directory) === 4;
    return isForced ? "resume" : "force";
  };
  for (const fault of faults) {
    const ended = await way.start(folder, next(), directory, fault);
    if (ended.signal === "SIGKILL" || ended.code !== 0) met++;
    const wrong = wrongEnd(ended);
    if (wrong) return { faults: met, lost: [wrong] };
  }
  const last = next();
  const { code, stderr } = await way.start(folder, last, directory);
  const isDone = code === 2 && stderr.includes("has done its");
  if (code !== 0 && !isDone) return { faults: met, lost: [`${last} ended with ${code}: ${stderr}`] };
  const lost = await differences(directory, contents[scenario]);
  if (lost.length === 0) rmSync(directory, { recursive: true });
  return { faults: met, lost };
}

/** A fault ends in a kill, or in a sentence; never in a stack trace. */
function wrongEnd({ code, signal, stderr }: Ended): string | undefined {
  if (signal === "SIGKILL" || code === 0) return undefined;
  const isSentence =
    /^vaekit: [^\n]+$/m.test(stderr) && !/\n\s+at /.test(stderr) && !stderr.includes("unexpected error");
  return isSentence ? undefined : `ended with ${code ?? signal}: ${stderr}`;
}

function configOf(directory: string): { training: { seed: number; maxIterations: number } } {
  return JSON.parse(readFileSync(join(directory, "config.json"), "utf8"));
}

const seedOf = (directory: string) => configOf(directory).training.seed;
const isLonger = (directory: string) => configOf(directory).training.maxIterations === 60;
