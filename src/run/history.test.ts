import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import type { TrainingEvent } from "../train/events.ts";
import { HistoryWriter, readHistory } from "./history.ts";

const means = { elbo: -101.25, reconstruction: -100, kl: 1.25 };

function log(iteration: number): TrainingEvent {
  return { type: "log", iteration, epoch: 1, learningRate: 1e-3, beta: 1, ...means };
}

function validation(iteration: number, elbo = -99): TrainingEvent {
  return { type: "validation", iteration, epoch: 1, best: true, ...means, elbo };
}

async function historyFile(): Promise<string> {
  return join(await temporaryFolder(), "history.jsonl");
}

async function write(
  path: string,
  iteration: number,
  events: readonly TrainingEvent[],
  millisecondsEach = 1000,
) {
  let milliseconds = 5e6;
  const writer = await HistoryWriter.open(dirname(path), iteration, () => milliseconds);
  for (const event of events) {
    milliseconds += millisecondsEach;
    await writer.add(event);
  }
  await writer.flush();
  await writer.close();
}

test("records log and validation events alone, one JSON object a line", async () => {
  const path = await historyFile();
  const iteration = { ...log(1), type: "iteration" } as TrainingEvent;
  const warning = { type: "warning", iteration: 1, message: "slow" } as const;
  await write(path, 0, [iteration, log(2), warning, validation(2)], 62.4);
  const lines = (await readFile(path, "utf8")).split("\n");
  expect(lines.map((line) => line && JSON.parse(line))).toEqual([
    { ...log(2), seconds: 0.125 },
    { ...validation(2), seconds: 0.25 },
    "",
  ]);
});

test("can be read while it is being written", async () => {
  const path = await historyFile();
  const writer = await HistoryWriter.open(dirname(path), 0);
  expect(await readHistory(dirname(path))).toEqual([]);
  await writer.add(log(1));
  expect(await readHistory(dirname(path))).toMatchObject([log(1)]);
  await writer.close();
});

test("continues at the iteration of a checkpoint, and with the seconds spent until then", async () => {
  const path = await historyFile();
  await write(path, 0, [log(1), log(2), validation(2), log(3)]);
  await write(path, 2, [log(3), log(4)]);
  expect(
    (await readHistory(dirname(path))).map(({ type, iteration, seconds }) => [type, iteration, seconds]),
  ).toEqual([
    ["log", 1, 1],
    ["log", 2, 2],
    ["validation", 2, 3],
    ["log", 3, 4],
    ["log", 4, 5],
  ]);
});

test("a crash in the middle of a line, at any character, costs that line only", async () => {
  const path = await historyFile();
  await write(path, 0, [log(1), log(2)]);
  const whole = await readFile(path, "utf8");
  const secondLine = whole.indexOf("\n") + 1;
  for (let length = secondLine; length < whole.length; length += 7) {
    await writeFile(path, whole.slice(0, length));
    expect((await readHistory(dirname(path))).map(({ iteration }) => iteration)).toEqual([1]);
  }
  await writeFile(path, whole.slice(0, -1));
  await write(path, 2, [validation(2)]);
  expect((await readHistory(dirname(path))).map(({ type }) => type)).toEqual(["log", "validation"]);
});

test("does not repeat the validation that a killed training ended with", async () => {
  const path = await historyFile();
  await write(path, 0, [log(2), validation(3)]);
  await write(path, 3, [validation(3)]);
  await write(path, 3, [validation(3), validation(4)]);
  expect((await readHistory(dirname(path))).map(({ type, iteration }) => [type, iteration])).toEqual([
    ["log", 2],
    ["validation", 3],
    ["validation", 4],
  ]);
});

test("keeps entries whose numbers JSON cannot express", async () => {
  const path = await historyFile();
  await write(path, 0, [validation(1, Number.NEGATIVE_INFINITY)]);
  expect(await readHistory(dirname(path))).toMatchObject([
    { type: "validation", elbo: Number.NaN, kl: 1.25 },
  ]);
});

test("names a damaged line before the last", async () => {
  const path = await historyFile();
  await write(path, 0, [log(1)]);
  for (const line of ["{", "[]", "{}", '{"type":"log"}']) {
    await write(path, 1, []);
    await appendFile(path, `${line}\n`);
    const refusal = readHistory(dirname(path));
    await expect(refusal).rejects.toThrow(RunError);
    await expect(refusal).rejects.toThrow(/^line 2 of .*history\.jsonl is not an entry of a history/);
    await writeFile(path, "");
    await write(path, 1, [log(1)]);
  }
});

test("is empty when there is no file, and says why it cannot be read or written", async () => {
  const folder = await temporaryFolder();
  expect(await readHistory(folder)).toEqual([]);
  await mkdir(join(folder, "history.jsonl"));
  await expect(readHistory(folder)).rejects.toThrow(/^cannot read .*: it is a folder/);
  await expect(HistoryWriter.open(join(folder, "none"), 0)).rejects.toThrow(
    /^cannot write .*history\.jsonl: it does not exist/,
  );
});
