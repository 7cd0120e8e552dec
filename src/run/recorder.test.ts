import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import type { TrainingEvent } from "../train/events.ts";
import { RunDirectory } from "./directory.ts";
import { RunRecorder } from "./recorder.ts";
import { exampleConfig } from "./testing/config.ts";
import { exampleCheckpoint, exampleLayout } from "./testing/weights.ts";

const means = { elbo: -3, reconstruction: -2, kl: 1 };

function* training(from: number, to: number): Generator<TrainingEvent> {
  yield {
    type: "start",
    iteration: from,
    maxIterations: 9,
    iterationsPerEpoch: 3,
    parameterCount: 5,
    device: "cpu",
  };
  for (let iteration = from + 1; iteration <= to; iteration++) {
    yield { type: "log", iteration, epoch: 1, learningRate: 1e-3, beta: 1, ...means };
    if (iteration % 2 === 0) yield { type: "checkpoint", checkpoint: exampleCheckpoint(iteration) };
  }
}

async function record(run: RunDirectory, from: number, to: number, tensorboard = false): Promise<void> {
  const recorder = await RunRecorder.open(run, { layout: exampleLayout, iteration: from, tensorboard });
  for (const event of training(from, to)) await recorder.add(event);
  await recorder.close();
}

async function newRun(): Promise<RunDirectory> {
  const run = await RunDirectory.create(join(await temporaryFolder(), "run"));
  await run.writeConfig(exampleConfig);
  return run;
}

test("a training cut short and gone on with leaves the files of one that was not", async () => {
  const run = await newRun();
  await record(run, 0, 5);
  const { checkpoint } = await run.latestCheckpoint(exampleLayout);
  expect(checkpoint?.iteration).toBe(4);
  await record(run, 4, 6);
  expect((await run.readHistory()).map(({ iteration }) => iteration)).toEqual([1, 2, 3, 4, 5, 6]);
  expect((await readdir(run.path)).sort()).toEqual([
    "checkpoint-00000002.safetensors",
    "checkpoint-00000004.safetensors",
    "checkpoint-00000006.safetensors",
    "checksums.jsonl",
    "config.json",
    "history.jsonl",
    "training.lock",
  ]);
  await run.close();
});

test("events for TensorBoard are written when asked for", async () => {
  const run = await newRun();
  await record(run, 0, 3, true);
  await record(run, 2, 3, true);
  const events = (await readdir(run.path)).filter((name) => name.includes("tfevents"));
  expect(events.sort()).toEqual([
    "events.out.tfevents.00000000.vaekit",
    "events.out.tfevents.00000002.vaekit",
  ]);
  await run.close();
});

test("a full history is there when a checkpoint is", async () => {
  const run = await newRun();
  const recorder = await RunRecorder.open(run, { layout: exampleLayout, iteration: 0 });
  for (const event of training(0, 2)) await recorder.add(event);
  expect((await run.readHistory()).map(({ iteration }) => iteration)).toEqual([1, 2]);
  expect((await run.latestCheckpoint(exampleLayout)).checkpoint).toEqual(exampleCheckpoint(2));
  await recorder.close();
  await run.close();
});

test("cannot be opened in a folder that is gone", async () => {
  const run = await newRun();
  await rm(run.path, { recursive: true });
  await expect(RunRecorder.open(run, { layout: exampleLayout, iteration: 0 })).rejects.toThrow(RunError);
  await run.close();
});
