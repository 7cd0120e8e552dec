/**
 * Kills without processes: at a change to a file the training is left standing for ever, which leaves on the disk what a
 * SIGKILL there leaves, and the next training, in the same process, resumes. Its lock is made that of a dead process.
 *
 *   node --import tsx --import ./faults.mjs frozen.ts DATA FOLDER SEED CHAINS
 *
 * Prints a line of JSON for each chain of kills: { scenario, kills, lost }.
 */
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resumeRun } from "../../src/tasks/resume.ts";
import { trainRun } from "../../src/tasks/train.ts";
import type { VAE } from "../../src/vae/vae.ts";
import { SCENARIOS, type Scenario } from "./kills.ts";
import { contentsOf, differences } from "./processes.ts";

interface Frozen {
  changes: number;
  readonly at: number;
  reached(): void;
}

const state = globalThis as unknown as { frozen?: Frozen | undefined };
const DEAD_PROCESS = 2 ** 30;

const [data, folder, seedText, chains] = process.argv.slice(2) as [string, string, string, string];
const training = { maxIterations: 40, checkpointEvery: 15, validateEvery: 25, logEvery: 5, seed: 3 };
const request = {
  data,
  architecture: [64, 6, 2],
  hyperparameters: { batchSize: 16, normalization: "batch" },
  film: true,
} as const;

const ACTIONS = {
  train: (directory: string) => trainRun({ ...request, directory, training }),
  force: (directory: string) =>
    trainRun({ ...request, directory, training: { ...training, seed: 4 }, force: true }),
  resume: (directory: string) => resumeRun({ directory }),
  longer: (directory: string) => resumeRun({ directory, training: { maxIterations: 60 } }),
};

function nextAction(scenario: Scenario, directory: string): keyof typeof ACTIONS {
  if (!existsSync(join(directory, "config.json"))) return "train";
  const { training: stored } = JSON.parse(readFileSync(join(directory, "config.json"), "utf8"));
  if (scenario === "longer") return stored.maxIterations === 60 ? "resume" : "longer";
  return scenario === "force" && stored.seed !== 4 ? "force" : "resume";
}

/** @returns whether the training came to the change at which it stands still */
async function killed(action: keyof typeof ACTIONS, directory: string, at: number): Promise<boolean> {
  let reached = () => {};
  const stands = new Promise<"stands">((resolve) => {
    reached = () => resolve("stands");
  });
  state.frozen = { changes: 0, at, reached };
  const ended = ACTIONS[action](directory).then(dispose, refuseOthers);
  const isKilled = (await Promise.race([stands, ended])) === "stands";
  state.frozen = undefined;
  if (isKilled) buryLocks(directory);
  return isKilled;
}

async function dispose({ vae }: { vae: VAE }): Promise<"ended"> {
  await vae.dispose();
  return "ended";
}

function refuseOthers(error: Error): "ended" {
  if (error.message.includes("has done its")) return "ended";
  throw error;
}

/** The locks of this process become those of one that is dead. */
function buryLocks(directory: string): void {
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory).filter((each) => each.startsWith("training.lock"))) {
    const path = join(directory, name);
    const content = readFileSync(path, "utf8");
    const dead = content
      .replace(`"process":${process.pid},`, `"process":${DEAD_PROCESS},`)
      .replace(/,"start":"[^"]*"/, "");
    // In place: the lock and its temporary name are one file.
    if (content.includes(`"process":${process.pid},`)) writeFileSync(path, dead);
    if (name.includes(`.${process.pid}-`))
      renameSync(path, path.replace(`.${process.pid}-`, `.${DEAD_PROCESS}-`));
  }
}

/** Numbers in [0, 1) that are the same in every run (Park & Miller 1988). */
let random = Number(seedText) + 1;
function uniform(): number {
  random = (random * 48_271) % 2_147_483_647;
  return random / 2_147_483_647;
}

const wanted = {} as Record<Scenario, ReadonlyMap<string, string>>;
const changes = {} as Record<Scenario, number>;
const whole = join(folder, `whole ${seedText}`);
for (const scenario of SCENARIOS) {
  const directory = `${whole} ${scenario}`;
  rmSync(directory, { recursive: true, force: true });
  if (scenario !== "train") cpSync(`${whole} train`, directory, { recursive: true });
  state.frozen = { changes: 0, at: -1, reached() {} };
  await ACTIONS[scenario](directory).then(dispose);
  changes[scenario] = state.frozen.changes;
  state.frozen = undefined;
  wanted[scenario] = contentsOf(directory);
}

for (let chain = 0; chain < Number(chains); chain++) {
  const scenario = SCENARIOS[chain % SCENARIOS.length]!;
  const directory = join(folder, `chain ${seedText}`);
  rmSync(directory, { recursive: true, force: true });
  if (scenario !== "train") cpSync(`${whole} train`, directory, { recursive: true });
  const points: number[] = [];
  let lost: string[] = [];
  try {
    // The first kill of successive chains goes through every change; those of the resumptions are drawn.
    const first = 1 + ((Number(seedText) * Number(chains) + chain) % changes[scenario]);
    for (let kill = 0; kill < 4; kill++) {
      const at = kill === 0 ? first : 1 + Math.floor(uniform() * uniform() * changes[scenario]);
      if (await killed(nextAction(scenario, directory), directory, at)) points.push(at);
    }
    await killed(nextAction(scenario, directory), directory, -1);
    lost = await differences(directory, wanted[scenario]);
  } catch (error) {
    lost = [(error as Error).stack ?? String(error)];
  }
  console.log(JSON.stringify({ scenario, kills: points.length, points, lost }));
}
process.exit();
