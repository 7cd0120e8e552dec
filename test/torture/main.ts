/**
 * Kills, full disks, damaged files and long runs: npm run torture [-- MINUTES [FOLDER]]
 *
 * Most kills are of trainings that are left standing at a change to a file, which leaves on the disk what SIGKILL leaves;
 * the others are SIGKILL itself. It ends with a table; exit code 1 when anything was lost. FOLDER is best in memory.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyData } from "../../src/cli/testing/tiny-data.ts";
import { corrupt } from "./corruption.ts";
import { reference, SCENARIOS, survive } from "./kills.ts";
import { longTraining, manyModels } from "./long-runs.ts";
import { COMMAND_LINE, emptyFolder, type Faults, frozenChains, SCRIPT } from "./processes.ts";
import { type TableLine, tableOf } from "./table.ts";

const minutes = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(process.argv[3] ?? tmpdir(), "vaekit-torture-"));
const seed = Math.floor(Date.now() / 1000) % 1_000_000;

/** Numbers in [0, 1) (Park & Miller 1988). */
let state = seed + 1;
function uniform(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}

/** Repeats work until a share of the time is over. */
async function during(share: number, work: (index: number) => Promise<void>): Promise<void> {
  const end = performance.now() + share * minutes * 60_000;
  for (let index = 0; performance.now() < end; index++) await work(index);
}

/** Chains of kills at changes to files, a process for each batch. */
async function standing(share: number): Promise<TableLine> {
  const total = { kills: 0, lost: [] as string[] };
  await during(share, async (index) => {
    const scratch = emptyFolder(join(folder, "standing"));
    for (const { kills, lost } of await frozenChains(
      join(folder, "tiny"),
      scratch,
      String(seed + index),
      "30",
    )) {
      total.kills += kills;
      total.lost.push(...lost);
    }
  });
  return {
    what: "trainings left standing at a change to a file",
    cases: total.kills,
    lost: total.lost,
  };
}

/** Chains of faults in processes of their own. */
async function processes(
  share: number,
  way: typeof SCRIPT,
  what: string,
  faultsOf: (changes: number, milliseconds: number) => Faults[],
): Promise<TableLine> {
  const place = emptyFolder(join(folder, "processes"));
  writeTinyData(join(place, "tiny"));
  const known = await reference(way, place);
  const total = { faults: 0, lost: [] as string[] };
  await during(share, async (index) => {
    const scenario = SCENARIOS[index % SCENARIOS.length]!;
    const faults = faultsOf(known.changes[scenario], known.milliseconds[scenario]);
    const { faults: met, lost } = await survive(known, scenario, `chain ${index}`, faults);
    total.faults += met;
    total.lost.push(...lost);
  });
  return { what, cases: total.faults, lost: total.lost };
}

const CODES = ["ENOSPC", "EIO", "ESTALE", "EROFS", "EDQUOT"];
const someChange = (changes: number) => 1 + Math.floor(uniform() * changes);
const killed = (changes: number): Faults => ({ kill: someChange(changes) });
const failing = (changes: number): Faults => {
  const fault = `${CODES[Math.floor(uniform() * CODES.length)]}@${someChange(changes)}`;
  return uniform() < 0.5 ? { fault } : { once: fault };
};

async function corruption(share: number): Promise<TableLine> {
  const { code } = await COMMAND_LINE.start(folder, "train", "corrupted");
  if (code !== 0) throw new Error(`the run to be corrupted ended with ${code}`);
  const total = { cases: 0, lost: [] as string[] };
  await during(share, async () => {
    const { cases, lost } = await corrupt(join(folder, "corrupted"), 500, uniform);
    total.cases += cases;
    total.lost.push(...lost);
  });
  return {
    what: "damaged files, found by name",
    cases: total.cases,
    lost: total.lost,
  };
}

writeTinyData(join(folder, "tiny"));
const lines: TableLine[] = [];
const add = (line: TableLine) => {
  lines.push(line);
  for (const each of line.lost) console.error(`${line.what}: ${each}`);
};
add(await standing(0.35));
add(await processes(0.1, SCRIPT, "SIGKILL before a change", (changes) => [killed(changes), killed(changes)]));
add(
  await processes(0.1, COMMAND_LINE, "SIGKILL before a change, with pictures and report", (changes) => [
    killed(changes),
    killed(changes),
  ]),
);
add(
  await processes(0.1, SCRIPT, "SIGKILL at a random instant", (_, milliseconds) => [
    { after: milliseconds * uniform() },
    { after: milliseconds * uniform() },
  ]),
);
add(
  await processes(0.1, SCRIPT, "disks that are full or fail", (changes) => [
    failing(changes),
    failing(changes),
  ]),
);
add(await corruption(0.15));
const size = Math.min(1, minutes / 20);
add(await longTraining(4 * Math.round(50_000 * size)));
for (const disposed of [true, false]) add(await manyModels(5 * Math.round(200 * size), disposed));
rmSync(folder, { recursive: true });
console.log(`\nnpm run torture -- ${minutes}, seed ${seed}\n\n${tableOf(lines)}`);
process.exit(lines.every(({ lost }) => lost.length === 0) ? 0 : 1);
