import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import { latestCheckpoint, storeCheckpoint } from "./checkpoints.ts";
import { exampleCheckpoint, exampleLayout } from "./testing/weights.ts";

const name = (iteration: number) => `checkpoint-${String(iteration).padStart(8, "0")}.safetensors`;

async function withCheckpoints(...iterations: readonly number[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const iteration of iterations)
    await storeCheckpoint(folder, exampleCheckpoint(iteration), exampleLayout);
  return folder;
}

test("there are none at first", async () => {
  expect(await latestCheckpoint(await withCheckpoints(), exampleLayout)).toEqual({ warnings: [] });
});

test("the last three are kept", async () => {
  const folder = await withCheckpoints(1000, 2000, 3000, 4000, 123_456_789);
  expect((await readdir(folder)).sort()).toEqual([name(3000), name(4000), name(123_456_789)].sort());
  const { checkpoint, warnings } = await latestCheckpoint(folder, exampleLayout);
  expect(checkpoint).toEqual(exampleCheckpoint(123_456_789));
  expect(warnings).toEqual([]);
});

test("the one nearest to the best validation is kept, too", async () => {
  const folder = await temporaryFolder();
  for (const iteration of [1000, 2000, 3000, 4000, 5000, 6000]) {
    const best = { iteration: Math.min(iteration, 2100), elbo: -90, age: 0 };
    await storeCheckpoint(folder, { ...exampleCheckpoint(iteration), best }, exampleLayout);
  }
  expect((await readdir(folder)).sort()).toEqual([2000, 4000, 5000, 6000].map(name));
});

test("a damaged newest one costs only the iterations since the one before, and a warning", async () => {
  const folder = await withCheckpoints(1000, 2000);
  const newest = join(folder, name(2000));
  await writeFile(newest, (await readFile(newest)).subarray(0, -1));
  const { checkpoint, warnings } = await latestCheckpoint(folder, exampleLayout);
  expect(checkpoint).toEqual(exampleCheckpoint(1000));
  expect(warnings).toEqual([
    expect.stringMatching(
      /checkpoint-00002000\.safetensors is not a whole safetensors file: .*; going back to the checkpoint of iteration 1000$/,
    ),
  ]);
  await storeCheckpoint(folder, exampleCheckpoint(1500), exampleLayout);
  expect((await readdir(folder)).sort()).toEqual([name(1000), name(1500)]);
});

test("damaged ones alone are refused", async () => {
  const folder = await withCheckpoints(1000, 2000);
  for (const iteration of [1000, 2000]) await writeFile(join(folder, name(iteration)), "damaged");
  const refusal = latestCheckpoint(folder, exampleLayout);
  await expect(refusal).rejects.toThrow(RunError);
  await expect(refusal).rejects.toThrow(/checkpoint-00001000\.safetensors is not a whole/);
});

test("one that was being written when its process was killed does not count", async () => {
  const folder = await withCheckpoints(1000);
  await writeFile(join(folder, `${name(2000)}.4711-1.tmp`), "");
  expect((await latestCheckpoint(folder, exampleLayout)).checkpoint?.iteration).toBe(1000);
});
