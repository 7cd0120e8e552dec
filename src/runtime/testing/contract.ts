/** What every runtime must do; each runtime's test file calls `describeContract`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ElementType, Runtime, Session } from "../session.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { describeLifetime } from "./contract-lifetime.ts";
import {
  ALIASES,
  DOUBLE_AND_SUM,
  floats,
  row,
  SCALAR_PRODUCT,
  TRANSPOSED,
  transposeModel,
} from "./contract-models.ts";
import { describeTogether } from "./contract-together.ts";
import { runTrainingStep } from "./training-step.ts";

/** @param fixedThreads of all sessions, if the engine ignores the requested number of threads */
export function describeContract(
  name: string,
  createRuntime: () => Promise<Runtime>,
  fixedThreads?: number,
): void {
  describeLifetime(name, createRuntime, fixedThreads);
  describeTogether(name, createRuntime, fixedThreads);

  describe(`${name}: the contract of a runtime`, () => {
    let runtime: Runtime;
    let session: Session;
    beforeAll(async () => {
      runtime = await createRuntime();
      session = await runtime.createSession(DOUBLE_AND_SUM);
    });
    afterAll(() => session.dispose());

    it("tells its name and the engine's version", () => {
      expect(runtime.name).toBe(name);
      expect(runtime.version).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it("tells the names of inputs and outputs in the model's order", () => {
      expect(session.inputNames).toEqual(["x"]);
      expect(session.outputNames).toEqual(["y", "s"]);
    });

    it("reads rewritten inputs and writes outputs in place at every run", async () => {
      const x = Float32Array.of(1, 2, 3);
      const y = new Float32Array(3);
      const s = new Float32Array(1);
      const binding = session.bind({ x: row(x) }, { y: row(y), s: floats([1], s) });
      await binding.run();
      expect([...y, ...s]).toEqual([2, 4, 6, 6]);
      x.set([-1, 0.5, 10]);
      await binding.run();
      expect([...y, ...s]).toEqual([-2, 1, 20, 9.5]);
      binding.dispose();
    });

    it("keeps several bindings of one session apart", async () => {
      const outputs = [new Float32Array(3), new Float32Array(3)] as const;
      const bindings = outputs.map((y, index) =>
        session.bind({ x: row(Float32Array.of(index, 1, 2)) }, { y: row(y) }),
      );
      await bindings[1]?.run();
      await bindings[0]?.run();
      bindings[0]?.dispose();
      outputs[1].fill(0);
      await bindings[1]?.run();
      expect([...outputs[0], ...outputs[1]]).toEqual([0, 2, 4, 2, 2, 4]);
      bindings[1]?.dispose();
    });

    it("runs any subset of the outputs", async () => {
      const s = new Float32Array(1);
      const binding = session.bind({ x: row(Float32Array.of(1, 2, 3)) }, { s: floats([1], s) });
      await binding.run();
      expect(s[0]).toBe(6);
      binding.dispose();
    });

    it("lets the bound shapes decide an open dimension, an empty batch included", async () => {
      for (const batch of [4, 1, 0, 7]) {
        const x = Float32Array.from({ length: batch * 3 }, (_, index) => index);
        const y = new Float32Array(batch * 3);
        const binding = session.bind({ x: floats([batch, 3], x) }, { y: floats([batch, 3], y) });
        await binding.run();
        expect([...y]).toEqual(Array.from(x, (value) => 2 * value));
        binding.dispose();
      }
    });

    it("takes and gives scalars", async () => {
      const scalar = (value: number) => floats([], Float32Array.of(value));
      const product = scalar(0);
      const scalars = await runtime.createSession(SCALAR_PRODUCT);
      await scalars.bind({ x: scalar(3), w: scalar(-1.5) }, { y: product }).run();
      expect(product.data[0]).toBe(-4.5);
      await scalars.dispose();
    });

    it.each(Object.keys(TRANSPOSED) as ElementType[])("moves %s without changing a bit", async (type) => {
      const [x, expected] = TRANSPOSED[type];
      const y = expected.slice();
      new Uint8Array(y.buffer).fill(0xaa);
      const transpose = await runtime.createSession(transposeModel(type));
      await transpose
        .bind({ x: { type, shape: [2, 3], data: x } }, { y: { type, shape: [3, 2], data: y } })
        .run();
      expect(y).toEqual(expected);
      await transpose.dispose();
    });

    it("fills the caller's memory even where an output equals an input", async () => {
      const x = Float32Array.of(1, 2, 3, 4, 5, 6);
      const same = new Float32Array(6);
      const flat = new Float32Array(6);
      const aliases = await runtime.createSession(ALIASES);
      await aliases
        .bind({ x: floats([2, 3], x) }, { same: floats([2, 3], same), flat: floats([6], flat) })
        .run();
      expect([same, flat]).toEqual([x, x]);
      await aliases.dispose();
    });

    it.each([
      ["a WebAssembly memory", new WebAssembly.Memory({ initial: 1 }).buffer],
      [
        "a shared WebAssembly memory",
        new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer,
      ],
      ["a SharedArrayBuffer", new SharedArrayBuffer(64)],
      ["an ArrayBuffer", new ArrayBuffer(64)],
    ])("works inside %s without touching what is beside", async (_, memory) => {
      const all = new Float32Array(memory, 0, 16).fill(7);
      const binding = session.bind({ x: row(all.subarray(2, 5)) }, { y: row(all.subarray(9, 12)) });
      all.set([1, 2, 3], 2);
      await binding.run();
      expect([...all]).toEqual([7, 7, 1, 2, 3, 7, 7, 7, 7, 2, 4, 6, 7, 7, 7, 7]);
      binding.dispose();
    });

    it("keeps bound memory where it is while garbage is collected", async () => {
      const bound = Array.from({ length: 200 }, (_, index) => {
        const y = new Float32Array(3);
        return { y, binding: session.bind({ x: row(Float32Array.of(index, 1, 2)) }, { y: row(y) }) };
      });
      for (let round = 0; round < 3; round++) {
        Array.from({ length: 10_000 }, (_, index) => new Float32Array(1 + (index % 16)));
        await collectGarbage();
        for (const { binding } of bound) await binding.run();
        bound.forEach(({ y }, index) => {
          expect([...y]).toEqual([2 * index, 2, 4]);
          y.fill(0);
        });
      }
      for (const { binding } of bound) binding.dispose();
    });

    it.each([1, 2])("repeats a training step bit for bit with %d threads", async (threads) => {
      const first = await runTrainingStep(runtime, threads);
      const second = await runTrainingStep(runtime, threads);
      expect(second.equals(first)).toBe(true);
    });
  });
}
