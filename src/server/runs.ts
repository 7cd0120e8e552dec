import { createHash, randomBytes } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { RunError } from "../common/errors.ts";
import { hasPoints } from "../models/posteriors.ts";
import { RunDirectory } from "../run/directory.ts";
import type { HistoryEntry } from "../run/history.ts";

/** What the page says of a run in its list. */
export interface RunSummary {
  /** Stands for the run in addresses, so that no path ever does. */
  readonly id: string;
  readonly name: string;
  readonly data: string;
  readonly sizes: string;
  readonly likelihood: string;
  readonly deterministic: boolean;
  readonly beta: number;
  readonly seed: number;
  readonly state: "trained" | "unfinished" | "failed" | "damaged";
  readonly iteration: number;
  readonly maxIterations: number;
  /** The last validation, or else the last log, in nats an example. */
  readonly elbo: number | null;
  readonly reconstruction: number | null;
  readonly kl: number | null;
  readonly problem?: string;
}

/** Folders of runs that the page may look into: those found at the start, and those that were added with the token. */
export class Runs {
  private readonly folders = new Map<string, string>();

  /** A run with its neighbours, or the runs in a folder. */
  static async at(run: string | undefined): Promise<Runs> {
    const runs = new Runs();
    if (run === undefined) {
      await runs.addAllIn("runs");
      await runs.addAllIn(".");
    } else {
      await runs.add(run);
      await runs.addAllIn(dirname(resolve(run)));
    }
    return runs;
  }

  /** @returns its id @throws {RunError} when it is no run */
  async add(folder: string): Promise<string> {
    await RunDirectory.open(folder);
    const path = await realpath(folder);
    for (const [id, known] of this.folders) if (known === path) return id;
    const id = createHash("sha256").update(SALT).update(path).digest("hex").slice(0, 16);
    this.folders.set(id, path);
    return id;
  }

  /** Looks again, so that runs begun since then are found. */
  async addAllIn(folder: string): Promise<void> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.slice(0, MOST_ENTRIES)) {
      if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      const isRun = await stat(join(path, "config.json")).then(
        (found) => found.isFile(),
        () => false,
      );
      if (isRun) await this.add(path).catch(() => {});
    }
    this.parents.add(resolve(folder));
  }

  private readonly parents = new Set<string>();

  /** @throws {RunError} for an id that was not handed out */
  folder(id: string): string {
    const folder = this.folders.get(id);
    if (folder === undefined) throw new RunError("there is no such run: choose one from the list");
    return folder;
  }

  async list(): Promise<RunSummary[]> {
    for (const parent of this.parents) await this.addAllIn(parent);
    return Promise.all([...this.folders].map(([id, folder]) => summaryOf(id, folder)));
  }
}

const MOST_ENTRIES = 2000;
/** Ids of one server mean nothing to another. */
const SALT = randomBytes(16);

async function summaryOf(id: string, folder: string): Promise<RunSummary> {
  const name = basename(folder);
  try {
    const run = await RunDirectory.open(folder);
    const { data, model, hyperparameters, training } = await run.readConfig();
    const history = await run.readHistory();
    const last = history.findLast(({ type }) => type === "validation") ?? history.at(-1);
    const failure = await run.readFailure();
    const isTrained = await run.has("model");
    const numbers = last ? numbersOf(last) : { elbo: null, reconstruction: null, kl: null };
    const { beta } = hyperparameters as { beta?: unknown };
    return {
      id,
      name,
      data: basename(data.source),
      sizes: `${model.inputShape.join(" × ")} → ${model.latent}`,
      likelihood: model.likelihood.type,
      deterministic: hasPoints(model),
      beta: typeof beta === "number" ? beta : 1,
      seed: training.seed,
      state: isTrained ? "trained" : failure === undefined ? "unfinished" : "failed",
      iteration: history.at(-1)?.iteration ?? 0,
      maxIterations: (training as { maxIterations?: number }).maxIterations ?? 0,
      ...numbers,
      ...(failure !== undefined && { problem: failure }),
    };
  } catch (error) {
    return {
      ...{ id, name, data: "", sizes: "", likelihood: "", deterministic: false, beta: 1, seed: 0 },
      ...{ state: "damaged", iteration: 0, maxIterations: 0, elbo: null, reconstruction: null, kl: null },
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

function numbersOf({ elbo, reconstruction, kl }: HistoryEntry) {
  const known = (value: number) => (Number.isFinite(value) ? value : null);
  return { elbo: known(elbo), reconstruction: known(reconstruction), kl: known(kl) };
}
