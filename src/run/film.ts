import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../common/errors.ts";
import { fileError } from "../files/file-error.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import { readFrame, writeFrame } from "./model-file.ts";

/** Logarithmic time: iterations round(2^(k/2)) for k = 0, 1, 2 …, each once, up to the last. */
export function filmIterations(last: number): number[] {
  const iterations = new Set<number>();
  for (let k = 0; 2 ** (k / 2) < last + 0.5; k++) iterations.add(Math.round(2 ** (k / 2)));
  return [...iterations];
}

/**
 * The weights of a model at moments of its training: enough to draw it then in any way, without training again. Each
 * moment is a model file in one folder, named by its iteration.
 */
export class Film {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder, and drops frames after the iteration from which training resumes. */
  async prepare(iteration: number): Promise<void> {
    await makeFolder(this.folder).catch((error) => {
      throw fileError(`cannot make the folder ${this.folder}`, error);
    });
    for (const later of await this.iterations())
      if (later > iteration)
        await rm(this.path(later), { force: true }).catch((error) => {
          throw fileError(`cannot delete ${this.path(later)}`, error);
        });
  }

  /** Keeps the weights if this is an iteration of logarithmic time. @param read brings them up to date */
  async record(iteration: number, weights: Weights, read?: () => Promise<void>): Promise<void> {
    if (filmIterations(iteration).at(-1) !== iteration) return;
    await read?.();
    await writeFrame(this.path(iteration), { ...weights, iteration });
  }

  /** Iterations that were recorded, in order; none when there is no film. */
  async iterations(): Promise<number[]> {
    const names = await readdir(this.folder).catch(() => []);
    const found = names.map((name) => FRAME.exec(name)?.[1]).filter((digits) => digits !== undefined);
    return found.map(Number).sort((a, b) => a - b);
  }

  /** @throws {RunError} when the frame is damaged or of another model */
  async read(iteration: number, layout: WeightsLayout): Promise<Weights> {
    return readFrame(this.path(iteration), layout);
  }

  /** Of a frame's file. */
  nameOf(iteration: number): string {
    return `${String(iteration).padStart(8, "0")}.safetensors`;
  }

  private path(iteration: number): string {
    return join(this.folder, this.nameOf(iteration));
  }
}

const FRAME = /^(\d{8,})\.safetensors$/;

/** @throws {RunError} when a run was trained without a film */
export async function filmOf(run: { readonly path: string; file(name: "film"): string }): Promise<Film> {
  const film = new Film(run.file("film"));
  if ((await film.iterations()).length === 0)
    throw new RunError(`${run.path} has no film: train it again with --film`);
  return film;
}
