import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openData } from "../data/open.ts";
import { idxFile } from "../data/testing/idx-file.ts";
import { trainingCommand } from "../report/command.ts";
import { resumeRun } from "../tasks/resume.ts";
import { trainRun } from "../tasks/train.ts";
import { VAE } from "../vae/vae.ts";
import { RunDirectory } from "./directory.ts";

const EXAMPLES = 150;
const WIDTH = 6;

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-fitted-"));
  data = join(folder, "wholes.idx");
  // Whole numbers from 0 to 8, 3.5 on average, whose rows have different sums.
  const values = Array.from({ length: EXAMPLES * WIDTH }, (_, i) => ((i * 7) % 5) + (i % 4));
  await writeFile(data, idxFile("int32", [EXAMPLES, WIDTH], values));
});

afterAll(() => rm(folder, { recursive: true }));

it.each([
  ["poisson", "scale"],
  ["negative-binomial", "scale"],
  ["zero-inflated-negative-binomial", "scale"],
  ["categorical", "classes"],
] as const)("a run with likelihood %s keeps the %s its training data have", async (likelihood, fitted) => {
  const directory = join(folder, likelihood);
  const request = {
    data,
    directory,
    architecture: [WIDTH, 8, 2],
    hyperparameters: { likelihood, batchSize: 25 },
  };
  const { vae } = await trainRun({ ...request, training: { maxIterations: 30 } });
  const { test } = await openData(data);
  const trained = await vae.elbo(test);

  const opened = await VAE.load(directory);
  expect(opened.model).toEqual(vae.model);
  expect(opened.model.likelihood).toHaveProperty(fitted);
  expect(await opened.elbo(test)).toEqual(trained);
  expect(await opened.sample(3)).toEqual(await vae.sample(3));
  const config = await (await RunDirectory.open(directory)).readConfig();
  expect(trainingCommand(config)![0]).toEqual(["npx", "vaekit", "train", data]);

  const { vae: longer } = await resumeRun({
    directory,
    hyperparameters: { l2: undefined },
    training: { maxIterations: 40, seed: undefined },
  });
  expect(longer.model).toEqual(vae.model);
  expect(await (await VAE.load(directory)).elbo(test)).toEqual(await longer.elbo(test));
});
