import { afterAll, expect, it } from "vitest";
import type { Helper } from "../threads/helper.ts";
import { startHelpers } from "../threads/helper-pool.ts";
import { createKernels, type Kernels } from "./kernels.ts";
import { compileKernels, instantiateKernels } from "./module.ts";
import { formTeam, SHARED_WORK, teamSize } from "./team.ts";

const CHUNK = 32_768;
const MAXIMUM = 9 * CHUNK;
const SLEEP_MS = 1000;
const SLEEP = `return () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${SLEEP_MS});
};`;

const helpers = await startHelpers(2);

async function adamOn(helpers: readonly Helper[]) {
  const kernels = await createKernels({ bytes: 4 * (5 * MAXIMUM + 64), helpers });
  const buffers = Array.from({ length: 5 }, () => kernels.allocateFloat32(MAXIMUM));
  return { kernels, buffers };
}
const [alone, together] = await Promise.all([adamOn([]), adamOn(helpers)]);
afterAll(() => Promise.all(helpers.map((helper) => helper.end())));

function optimize(
  { kernels, buffers }: { kernels: Kernels; buffers: Float32Array[] },
  length: number,
  steps: number,
): Float32Array[] {
  const views = buffers.map((buffer) => buffer.fill(7).subarray(0, length).fill(0));
  const [parameters, gradients, otherGradients, firstMoment, secondMoment] = views as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  kernels.normal(parameters, { seed: 1, stream: 0, step: 0 });
  kernels.normal(gradients, { seed: 1, stream: 0, step: 1 });
  kernels.normal(otherGradients, { seed: 1, stream: 0, step: 2 });
  for (let step = 1; step <= steps; step++)
    kernels.adam(
      { parameters, gradients, otherGradients, firstMoment, secondMoment },
      { learningRate: 1e-3, step, l2: 0.1, weightDecay: 0.01, clipValue: 2, decayLength: length - 5 },
    );
  return buffers;
}

it.each([SHARED_WORK - 1, SHARED_WORK + 5, 5 * CHUNK + 6, MAXIMUM])(
  "updates %d parameters to the same bits with helpers, and nothing else",
  (length) => {
    const [parameters, ...others] = optimize(together, length, 20);
    const [expected, ...expectedOthers] = optimize(alone, length, 20);
    expect(parameters!.every((value, i) => value === expected![i])).toBe(true);
    for (const [index, other] of others.entries())
      expect(other.every((value, i) => value === expectedOthers[index]![i])).toBe(true);
  },
);

it("loses and repeats no work in thousands of rounds, whichever thread is late", () => {
  const length = SHARED_WORK + 8;
  const [parameters] = optimize(together, length, 3000);
  const [expected] = optimize(alone, length, 3000);
  expect(parameters!.every((value, i) => value === expected![i])).toBe(true);
});

it("an instance that joins leaves the shared memory as it is", async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const bytes = new Uint8Array(memory.buffer).fill(171);
  await instantiateKernels(await compileKernels(true), memory);
  expect(bytes.every((byte) => byte === 171)).toBe(true);
});

it("has helpers that do what the caller leaves", async () => {
  expect(helpers).toHaveLength(2);
  const module = await compileKernels(true);
  const memory = new WebAssembly.Memory({ initial: 40, maximum: 40, shared: true });
  const kernels = await instantiateKernels(module, memory);
  const address = kernels.freeAddress();
  const first = address + kernels.teamBytes() + 64;
  const parameters = new Float32Array(memory.buffer, first, 2 * CHUNK);
  new Float32Array(memory.buffer, first + 4 * parameters.length, parameters.length).fill(1);
  const team = formTeam(helpers, { module, memory, address });
  const at = (buffer: number) => first + 4 * buffer * parameters.length;
  const settings = [1, 1, 0, 1, 0.9, 0.1, 0.999, 0.001, 0.5, 1e-8] as const;
  kernels.offerAdam(address, at(0), at(1), 0, at(2), at(3), parameters.length, ...settings);
  team.invite();
  await expect.poll(() => parameters.every((value) => value !== 0)).toBe(true);
});

it("does not wait for helpers that have other things to do", () => {
  const busy = helpers.map((helper) => helper.learn({ source: SLEEP, data: undefined }).begin([]));
  const start = performance.now();
  const [parameters] = optimize(together, SHARED_WORK, 2);
  expect(performance.now() - start).toBeLessThan(SLEEP_MS);
  for (const end of busy) end();
  const [expected] = optimize(alone, SHARED_WORK, 2);
  expect(parameters!.every((value, i) => value === expected![i])).toBe(true);
});

it("is of no more threads than the work is worth", () => {
  expect(teamSize(1e6)).toBe(4);
  expect(teamSize(1000)).toBe(1);
});
