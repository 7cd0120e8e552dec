import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { stripes } from "../train/testing/tiny.ts";
import { trainRun } from "./train.ts";
import { verifyRun } from "./verify.ts";

let folder: string;
let run: string;

const part = (name: string) => join(folder, "data", name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-verify-"));
  await mkdir(join(folder, "data"));
  for (const [name, examples] of [
    ["train", 100],
    ["t10k", 30],
  ] as const) {
    const labels = Array.from({ length: examples }, (_, index) => index % 3);
    await writeFile(
      part(`${name}-images-idx3-ubyte`),
      idxFile("uint8", [examples, 4, 4], storedRows(stripes(examples))),
    );
    await writeFile(part(`${name}-labels-idx1-ubyte`), idxFile("uint8", [examples], labels));
  }
  run = join(folder, "run");
  await trainRun({
    data: join(folder, "data"),
    directory: run,
    architecture: [16, 6, 2],
    hyperparameters: { batchSize: 16 },
    training: { maxIterations: 20, checkpointEvery: 10 },
    film: true,
    tensorboard: true,
  });
});

afterAll(() => rm(folder, { recursive: true }));

it("finds every file of a run whole", async () => {
  const { files, problems, isWhole } = await verifyRun(run);
  expect({ problems, isWhole }).toEqual({ problems: [], isWhole: true });
  expect(files.every(({ state }) => state === "whole")).toBe(true);
  expect(files.map(({ file }) => file)).toEqual(
    expect.arrayContaining([
      "checkpoint-00000010.safetensors",
      "checksums.jsonl",
      "config.json",
      "encoder.onnx",
      "events.out.tfevents.00000000.vaekit",
      "film/00000001.safetensors",
      "history.jsonl",
      "model.safetensors",
    ]),
  );
});

/** Numbers in [0, 1) that are the same in every run (Park & Miller 1988). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

it("names the file in which a bit has changed, or that was cut, wherever that was", async () => {
  const random = uniform(7);
  const { files } = await verifyRun(run);
  for (const { file } of files) {
    const path = join(run, file);
    const whole = await readFile(path);
    for (let attempt = 0; attempt < 12; attempt++) {
      const at = Math.floor(random() * whole.length);
      const damaged = attempt % 4 === 3 ? whole.subarray(0, at) : Buffer.from(whole);
      if (attempt % 4 < 3) damaged[at]! ^= 1 << Math.floor(8 * random());
      await writeFile(path, damaged);
      const found = await verifyRun(run);
      expect(found.isWhole, `${file}, attempt ${attempt}, byte ${at}`).toBe(false);
      // A cut log of checksums says less about the others.
      if (file !== "checksums.jsonl")
        expect(found.files.filter(({ state }) => state !== "whole")).toMatchObject([
          { file, state: "damaged" },
        ]);
    }
    await writeFile(path, whole);
  }
  expect((await verifyRun(run)).isWhole).toBe(true);
});

it("tells of files that are gone, and of those without checksums in older runs", async () => {
  const model = await readFile(join(run, "model.safetensors"));
  await rm(join(run, "model.safetensors"));
  expect((await verifyRun(run)).files).toContainEqual({ file: "model.safetensors", state: "missing" });
  await writeFile(join(run, "model.safetensors"), model);
  const checksums = await readFile(join(run, "checksums.jsonl"));
  await rm(join(run, "checksums.jsonl"));
  const old = await verifyRun(run);
  expect(old.isWhole).toBe(true);
  expect(old.files).toContainEqual({ file: "config.json", state: "no checksum" });
  await writeFile(join(run, "checksums.jsonl"), checksums);
});

it("takes what a user changed when told to", async () => {
  const path = join(run, "config.json");
  await writeFile(path, `${await readFile(path, "utf8")}\n`);
  expect((await verifyRun(run)).isWhole).toBe(false);
  expect((await verifyRun(run, { accept: true })).isWhole).toBe(true);
});

it.each([
  ["t10k-images-idx3-ubyte", "test rows"],
  ["t10k-labels-idx1-ubyte", "test labels"],
  ["train-labels-idx1-ubyte", "training labels"],
])("notices that %s has changed", async (name, what) => {
  const whole = await readFile(part(name));
  const changed = Buffer.from(whole);
  changed[changed.length - 1]! ^= 1;
  await writeFile(part(name), changed);
  const { problems, isWhole } = await verifyRun(run);
  await writeFile(part(name), whole);
  expect({ problems, isWhole }).toEqual({
    problems: [`the data have changed since the run was trained on them: ${what}`],
    isWhole: false,
  });
});
