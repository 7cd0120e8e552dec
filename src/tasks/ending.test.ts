import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { readHistory } from "../run/history.ts";
import { stripes } from "../train/testing/tiny.ts";
import { openRun } from "./open.ts";
import { resumeRun } from "./resume.ts";
import { trainRun } from "./train.ts";

const OUTPUTS = ["model.safetensors", "encoder.onnx", "decoder.onnx"] as const;
// 60 iterations end between two validations.
const TRAINING = { checkpointEvery: 0, validateEvery: 25, logEvery: 10, seed: 3 };

let folder: string;
let data: string;

async function train(name: string, maxIterations: number): Promise<string> {
  const directory = join(folder, name);
  const training = { ...TRAINING, maxIterations };
  await trainRun({
    data,
    directory,
    architecture: [16, 12, 2],
    hyperparameters: { batchSize: 16 },
    training,
  });
  return directory;
}

const outputs = async (directory: string) =>
  Promise.all(OUTPUTS.map((name) => readFile(join(directory, name))));

const history = async (directory: string) =>
  (await readHistory(directory)).map(({ seconds: _, ...entry }) => entry);

/** A run of 40 iterations whose training to 60 could not write one of its files. */
async function cutOff(name: string, refused: (typeof OUTPUTS)[number]): Promise<string> {
  const directory = join(folder, name);
  await cp(join(folder, "short"), directory, { recursive: true });
  const path = join(directory, refused);
  const before = await readFile(path);
  await rm(path);
  await mkdir(path);
  await expect(resumeRun({ directory, training: { maxIterations: 60 } })).rejects.toThrow(
    `cannot write ${path}: it is a folder, not a file: check the path; nothing is lost, the checkpoint of iteration 60 is safe: npx vaekit train --resume`,
  );
  await rm(path, { recursive: true });
  await writeFile(path, before);
  return directory;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-ending-"));
  data = join(folder, "stripes-idx3-ubyte");
  await writeFile(data, idxFile("uint8", [100, 4, 4], storedRows(stripes(100))));
  await train("short", 40);
  await train("whole", 60);
});

afterAll(() => rm(folder, { recursive: true }));

describe("a training whose ending was cut off", () => {
  it.each(OUTPUTS)("before %s was written is completed from its checkpoint", async (refused) => {
    const directory = await cutOff(`without ${refused}`, refused);
    const [found, wanted] = [await outputs(directory), await outputs(join(folder, "whole"))];
    expect(found[OUTPUTS.indexOf(refused)]).not.toEqual(wanted[OUTPUTS.indexOf(refused)]);
    expect(await resumeRun({ directory })).toMatchObject({ reason: "finished", iterations: 60 });
    expect(await outputs(directory)).toEqual(wanted);
    const iterations = (entries: Awaited<ReturnType<typeof history>>) =>
      entries.map(({ type, iteration }) => `${type} ${iteration}`);
    // That of 40 stands where the shorter training ended.
    expect(iterations(await history(directory)).filter((entry) => entry !== "validation 40")).toEqual(
      iterations(await history(join(folder, "whole"))),
    );
    await expect(resumeRun({ directory })).rejects.toThrow(/has done its 60 iterations/);
  });

  it("is completed as often as the caller misses something, and stays as it is", async () => {
    const directory = join(folder, "whole");
    const before = [await outputs(directory), await history(directory)];
    await resumeRun({ directory, isEnded: async () => false });
    expect([await outputs(directory), await history(directory)]).toEqual(before);
  });

  it("is read from its newest checkpoint until then, and said to be", async () => {
    const directory = await cutOff("read", "model.safetensors");
    const warnings: string[] = [];
    const run = await openRun(directory, undefined, (message) => warnings.push(message));
    expect(run.keptIteration).toBe(60);
    expect(warnings).toEqual([
      `${directory} is being trained, or was stopped, after its model of iteration 40: its newest checkpoint is read, of iteration 60`,
    ]);
    const whole = await openRun(join(folder, "whole"), undefined, (message) => warnings.push(message));
    expect(run.vae.weights!.parameters).toEqual(whole.vae.weights!.parameters);
    expect(warnings).toHaveLength(1);
  });

  it("is called so where no checkpoint can complete it", async () => {
    const directory = await cutOff("without checkpoint", "encoder.onnx");
    for (const name of await readdir(directory))
      if (name.startsWith("checkpoint")) await rm(join(directory, name));
    await expect(resumeRun({ directory })).rejects.toThrow(
      "its files do not belong together (encoder.onnx is of iteration 40 instead of 60; decoder.onnx is of iteration 40 instead of 60): start a new run",
    );
  });
});
