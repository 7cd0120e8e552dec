import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NumericalError } from "../common/errors.ts";
import { idxFile } from "../data/testing/idx-file.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { resumeRun } from "../tasks/resume.ts";
import { trainRun } from "../tasks/train.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-changed-"));
  data = join(folder, "stripes-idx3-ubyte");
  await writeFile(data, idxFile("uint8", [60, 4, 4], storedRows(stripes(60))));
});

afterAll(() => rm(folder, { recursive: true }));

const configOf = async (directory: string) =>
  JSON.parse(await readFile(join(directory, "config.json"), "utf8"));

it("resumes a diverged training from its last good checkpoint with other settings, and keeps what they were", async () => {
  const directory = join(folder, "diverged");
  const training = { maxIterations: 60, checkpointEvery: 10, validateEvery: 60 };
  // The 21st step is 1e30 times as long as the 20th.
  const schedule = { schedule: "step", learningRateStep: 20, learningRateDecay: 1e30 } as const;
  const hyperparameters = { batchSize: 16, optimizer: "sgd", likelihood: "gaussian", ...schedule } as const;
  const failing = trainRun({ data, directory, architecture: [16, 12, 2], hyperparameters, training });
  await expect(failing).rejects.toThrow(NumericalError);
  await expect(failing).rejects.toThrow(
    /train --resume \S+diverged --learning-rate 0\.0001 resumes from the checkpoint of iteration 20$/,
  );
  await expect(VAE.load(directory)).rejects.toThrow(/with a lower --learning-rate resumes from its last/);

  const iterations: number[] = [];
  const rates: number[] = [];
  const result = await resumeRun({
    directory,
    hyperparameters: { schedule: "constant", learningRate: 1e-4 },
    training: { patience: 5, maxIterations: 70 },
    onEvent: (event) => {
      if (event.type === "iteration") iterations.push(event.iteration);
      if (event.type === "iteration") rates.push(event.learningRate);
    },
  });
  expect(result).toMatchObject({ reason: "finished", iterations: 70 });
  expect([iterations[0], new Set(rates)]).toEqual([21, new Set([1e-4])]);
  const config = await configOf(directory);
  expect(config.hyperparameters).toMatchObject({ schedule: { type: "constant" }, learningRate: 1e-4 });
  expect(config.training).toMatchObject({ patience: 5, maxIterations: 70 });
  expect(config.changes).toEqual([
    { iteration: 20, before: { learningRate: 1e-3, ...schedule, patience: 0 } },
  ]);
  const loaded = await VAE.load(directory);
  expect(loaded.hyperparameters.learningRate).toBe(1e-4);
});

it("records nothing where a run only becomes longer", async () => {
  const directory = join(folder, "longer");
  const hyperparameters = { batchSize: 16 };
  await trainRun({ data, directory, architecture: [16, 2], hyperparameters, training: { maxIterations: 5 } });
  const { training, ...before } = await configOf(directory);
  await resumeRun({ directory, training: { maxIterations: 9 }, hyperparameters: { learningRate: 1e-3 } });
  expect(await configOf(directory)).toEqual({ ...before, training: { ...training, maxIterations: 9 } });
});
