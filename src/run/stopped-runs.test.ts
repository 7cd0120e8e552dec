import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { weightsLayout } from "../models/weights.ts";
import { resumeRun } from "../tasks/resume.ts";
import { type RunRequest, trainRun } from "../tasks/train.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { RunDirectory } from "./directory.ts";

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-stopped-"));
  data = join(folder, "stripes-idx3-ubyte");
  await writeFile(data, idxFile("uint8", [60, 4, 4], storedRows(stripes(60))));
});

afterAll(() => rm(folder, { recursive: true }));

const architecture = [16, 64, 8];
const hyperparameters = { batchSize: 16, learningRate: 3e-2 };
const patient = { maxIterations: 5000, validateEvery: 10, patience: 3, checkpointEvery: 0 };

/** Of the weights in a run's model file. */
async function storedIteration(directory: string, { model }: VAE): Promise<number> {
  const { iteration } = await (await RunDirectory.open(directory)).readModel(weightsLayout(model));
  return iteration;
}

describe("a training that stopped early", () => {
  it("leaves a run with its best weights and their iteration, which refuses to go on", async () => {
    const directory = join(folder, "patient");
    const run = await trainRun({ data, directory, architecture, hyperparameters, training: patient });
    expect(run.reason).toBe("stopped early");
    expect(run.keptIteration).toBe(run.iterations - 30);
    expect(await storedIteration(directory, run.vae)).toBe(run.keptIteration);
    await expect(resumeRun({ directory })).rejects.toThrow(
      `stopped early after ${run.iterations} iterations, its best at ${run.keptIteration}: give more patience`,
    );
  });

  it("gives its checkpoints by name", async () => {
    const directory = join(folder, "patient");
    const [best, last, model] = [
      await VAE.load(directory, { checkpoint: "best" }),
      await VAE.load(directory, { checkpoint: "last" }),
      await VAE.load(directory),
    ];
    expect(best.weights!.parameters).toEqual(model.weights!.parameters);
    expect(best.iteration).toBe(model.iteration);
    expect(last.iteration).toBe(model.iteration! + 30);
    expect(last.weights!.parameters).not.toEqual(model.weights!.parameters);
    const named = await VAE.load(directory, { checkpoint: last.iteration! });
    expect(named.weights!.parameters).toEqual(last.weights!.parameters);
    await expect(VAE.load(directory, { checkpoint: 1 })).rejects.toThrow(
      `has no checkpoint of iteration 1: it has those of ${last.iteration}`,
    );
  });

  it("is saved with the iteration of its best weights", async () => {
    const directory = join(folder, "saved");
    const vae = new VAE(architecture, hyperparameters);
    const validation = stripes(16, 99);
    const { iterations, reason } = await vae.train(stripes(16, 2), { ...patient, validation });
    expect(reason).toBe("stopped early");
    await vae.save(directory);
    expect(await storedIteration(directory, vae)).toBe(iterations - 30);
  });
});

describe("a run whose values are scaled", () => {
  const scaled = (name: string, more: Partial<RunRequest> = {}): RunRequest => ({
    data,
    directory: join(folder, name),
    architecture: [16, 2],
    hyperparameters: { batchSize: 16 },
    training: { maxIterations: 12 },
    scale: 300,
    ...more,
  });

  it("resumes with the same scale", async () => {
    await trainRun(scaled("whole"));
    const abort = new AbortController();
    const onEvent: RunRequest["onEvent"] = (event) =>
      event.type === "iteration" && event.iteration === 7 && abort.abort();
    const cut = await trainRun(scaled("cut", { signal: abort.signal, onEvent }));
    expect(cut).toMatchObject({ reason: "aborted", iterations: 7 });
    const { directory } = cut;
    await expect(resumeRun({ directory, scale: 7 })).rejects.toThrow(/^scale is 7 but the run has 300/);
    await resumeRun({ directory });
    const [model, expected] = ["cut", "whole"].map((name) => join(folder, name, "model.safetensors"));
    expect(await readFile(model!)).toEqual(await readFile(expected!));
  });
});
