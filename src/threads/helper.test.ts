import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { VaekitError } from "../errors.ts";
import { Helper } from "./helper.ts";
import { AWAKE_MS } from "./helper-source.ts";

const helper = await Helper.start();
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const counts = new Int32Array(new SharedArrayBuffer(8));
/** Counts how often it is done, slowly where a value says so, and returns its second value doubled. */
const count = helper.learn({
  source: `return (milliseconds, value) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(milliseconds));
    Atomics.add(data, 0, 1);
    return 2n * value;
  };`,
  data: counts,
});

it("does what it has learnt and returns the result, awake or asleep", async () => {
  for (const milliseconds of [0, 5 * AWAKE_MS]) {
    await pause(milliseconds);
    for (const value of [21n, 2n ** 62n]) expect(count.begin([0n, value])()).toBe(2n * value);
  }
});

it("is waited for, awake and asleep, and works at the same time as its caller", () => {
  for (const milliseconds of [0n, 20n]) {
    const before = counts[0]!;
    const end = count.begin([milliseconds, 1n]);
    if (milliseconds > 0n) expect(Atomics.load(counts, 0)).toBe(before);
    end();
    expect(counts[0]).toBe(before + 1);
  }
});

it("does one thing after another, and keeps every result until it is asked for", () => {
  const ends = [1n, 2n, 3n].map((value) => count.begin([5n, value]));
  expect(ends.toReversed().map((end) => end())).toEqual([6n, 4n, 2n]);
  expect(ends[0]!()).toBe(2n);
});

it("loses and repeats nothing in thousands of rounds", () => {
  counts[0] = 0;
  const rounds = 5000;
  for (let round = 0; round < rounds; round++)
    expect(count.begin([0n, BigInt(round)])()).toBe(2n * BigInt(round));
  expect(counts[0]).toBe(rounds);
});

it("comes when it is invited, unless it has something to do", async () => {
  counts[1] = 0;
  const visit = helper.learn({ source: "return () => { Atomics.add(data, 1, 1); };", data: counts });
  visit.invite();
  await expect.poll(() => counts[1]).toBe(1);
  const end = count.begin([20n, 4n]);
  visit.invite();
  expect(end()).toBe(8n);
  expect(counts[1]).toBe(1);
  visit.forget();
});

it("reports what failed, and goes on working", () => {
  const failing = helper.learn({ source: "return () => { throw new RangeError('too far'); };", data: null });
  const unlearnable = helper.learn({ source: "return nothing.at.all;", data: null });
  for (const [task, message] of [
    [failing, "too far"],
    [unlearnable, "nothing is not defined"],
  ] as const) {
    const end = task.begin([]);
    expect(end).toThrow(VaekitError);
    expect(end).toThrow(`a helping thread failed: ${message}`);
  }
  expect(count.begin([0n, 1n])()).toBe(2n);
});

it("takes what it learns after it has forgotten something for what it is", () => {
  const answer = (value: number) => helper.learn({ source: "return () => BigInt(data);", data: value });
  for (let value = 0; value < 100; value++) {
    const task = answer(value);
    if (value % 3 > 0) expect(task.begin([])()).toBe(BigInt(value));
    task.forget();
  }
});

it("keeps no process alive", () => {
  const path = new URL("helper.ts", import.meta.url).href;
  const loader = new URL("../runtime/testing/register-typescript.mjs", import.meta.url).href;
  const program = `
    const { Helper } = await import(${JSON.stringify(path)});
    const helper = await Helper.start();
    console.log(helper.learn({ source: "return () => 7n;", data: null }).begin([])());`;
  const child = spawnSync(process.execPath, ["--import", loader, "--input-type=module", "--eval", program]);
  expect(child.stderr.toString()).toBe("");
  expect(child.stdout.toString()).toBe("7n\n");
  expect(child.status).toBe(0);
});
