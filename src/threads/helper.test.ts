import { spawnSync } from "node:child_process";
import { afterAll, expect, it } from "vitest";
import { VaekitError } from "../common/errors.ts";
import { Helper } from "./helper.ts";
import { AWAKE_MS } from "./helper-source.ts";

const helper = await Helper.start();
afterAll(() => helper.end());
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const SLOW = `return (milliseconds) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(milliseconds));
  return milliseconds;
};`;

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

it("comes when it is invited, unless it has something to do", async () => {
  counts[1] = 0;
  const visit = helper.learn({ source: "return () => { Atomics.add(data, 1, 1); };", data: counts });
  visit.invite();
  await expect.poll(() => counts[1]).toBe(1);
  const end = count.begin([20n, 4n]);
  visit.invite();
  expect(end()).toBe(8n);
  expect(counts[1]).toBe(1);
});

it("reports what failed, and keeps working", () => {
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

it("ends once what is under way is done, and then does nothing more", async () => {
  const mortal = await Helper.start();
  const slow = mortal.learn({ source: SLOW, data: null });
  const end = slow.begin([20n]);
  await mortal.end();
  await mortal.end();
  expect(end()).toBe(20n);
  slow.invite();
  expect(() => slow.begin([0n])).toThrow("the helping thread was ended");
});

/** In a process of its own, because a caller that waits for ever cannot be told from one that waits. */
function run(program: string) {
  const path = JSON.stringify(new URL("helper.ts", import.meta.url).href);
  const loader = new URL("../runtime/testing/register-typescript.mjs", import.meta.url).href;
  const source = `const { Helper } = await import(${path});\n${program}`;
  const options = ["--import", loader, "--input-type=module", "--eval", source];
  const child = spawnSync(process.execPath, options, { timeout: 25_000 });
  expect(child.stderr.toString()).toBe("");
  expect(child.status).toBe(0);
  return child.stdout.toString();
}

it("keeps no process alive", () => {
  const printed = run(`
    const helper = await Helper.start();
    console.log(helper.learn({ source: "return () => 7n;", data: null }).begin([])());`);
  expect(printed).toBe("7n\n");
});

it("loses and repeats nothing, whoever is asleep when it is asked or done", () => {
  const printed = run(`
    const helper = await Helper.start();
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const wait = "for (const end = performance.now() + Number(ms) / 1000; performance.now() < end; );";
    const work = helper.learn({ source: "return (ms, x) => {" + wait + "data[0]++; return x + 1n; };", data: counts });
    const visit = helper.learn({ source: "return () => { Atomics.add(data, 1, 1); };", data: counts });
    let state = 1;
    const random = (below) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 3000; round++) {
      if (random(3) === 0) Atomics.wait(pause, 0, 0, random(3));
      if (random(2) === 0) visit.invite();
      const end = work.begin([BigInt(random(300)), BigInt(round)]);
      if (random(2) === 0) visit.invite();
      if (end() !== BigInt(round + 1)) throw new Error("wrong result in round " + round);
    }
    console.log(counts[0], counts[1] > 0);`);
  expect(printed).toBe("3000 true\n");
});
