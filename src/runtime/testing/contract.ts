/** What every runtime must do; each runtime's test file calls `describeContract`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, VaekitError } from "../../errors.ts";
import type { ElementType, Runtime, Session, TensorBuffer } from "../session.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { serializeModel } from "./models.ts";
import { runTrainingStep } from "./training-step.ts";

const ROWS = { type: "float32", shape: ["batch", 3] } as const;

/** y = 2·x and s = Σ x over each row. */
const DOUBLE_AND_SUM = serializeModel({
  inputs: [{ name: "x", ...ROWS }],
  outputs: [
    { name: "y", ...ROWS },
    { name: "s", type: "float32", shape: ["batch"] },
  ],
  nodes: [
    { operator: "Constant", inputs: [], outputs: ["axes"], attributes: { value_ints: [1] } },
    { operator: "Add", inputs: ["x", "x"], outputs: ["y"] },
    { operator: "ReduceSum", inputs: ["x", "axes"], outputs: ["s"], attributes: { keepdims: 0 } },
  ],
});

/** y = x·w, the product of two scalars. */
const SCALAR_PRODUCT = serializeModel({
  inputs: [
    { name: "x", type: "float32", shape: [] },
    { name: "w", type: "float32", shape: [] },
  ],
  outputs: [{ name: "y", type: "float32", shape: [] }],
  nodes: [{ operator: "Mul", inputs: ["x", "w"], outputs: ["y"] }],
});

/** Outputs that an engine could leave in the input's memory. */
const ALIASES = serializeModel({
  inputs: [{ name: "x", type: "float32", shape: [2, 3] }],
  outputs: [
    { name: "same", type: "float32", shape: [2, 3] },
    { name: "flat", type: "float32", shape: [6] },
  ],
  nodes: [
    { operator: "Constant", inputs: [], outputs: ["shape"], attributes: { value_ints: [6] } },
    { operator: "Identity", inputs: ["x"], outputs: ["same"] },
    { operator: "Reshape", inputs: ["x", "shape"], outputs: ["flat"] },
  ],
});

function transposeModel(type: ElementType): Uint8Array {
  return serializeModel({
    inputs: [{ name: "x", type, shape: [2, 3] }],
    outputs: [{ name: "y", type, shape: [3, 2] }],
    nodes: [{ operator: "Transpose", inputs: ["x"], outputs: ["y"], attributes: { perm: [1, 0] } }],
  });
}

/** [2, 3] values and their transpose, at the ends of each type's range. */
const TRANSPOSED: Readonly<Record<ElementType, readonly [TensorBuffer["data"], TensorBuffer["data"]]>> = {
  float32: [Float32Array.of(1.5, -0, 3e38, 1e-45, 5, 6), Float32Array.of(1.5, 1e-45, -0, 5, 3e38, 6)],
  float64: [Float64Array.of(0.1, 2, 1e308, 4, 5e-324, 6), Float64Array.of(0.1, 4, 2, 5e-324, 1e308, 6)],
  int32: [Int32Array.of(1, -2, 2147483647, 4, 5, 6), Int32Array.of(1, 4, -2, 5, 2147483647, 6)],
  int64: [BigInt64Array.of(1n, -2n, 1n << 62n, 4n, 5n, 6n), BigInt64Array.of(1n, 4n, -2n, 5n, 1n << 62n, 6n)],
  uint8: [Uint8Array.of(0, 255, 3, 4, 5, 6), Uint8Array.of(0, 4, 255, 5, 3, 6)],
  bool: [Uint8Array.of(1, 0, 1, 0, 0, 1), Uint8Array.of(1, 0, 0, 0, 1, 1)],
};

function floats(shape: readonly number[], data: Float32Array): TensorBuffer {
  return { type: "float32", shape, data };
}

const row = (data: Float32Array) => floats([1, 3], data);

export function describeContract(name: string, createRuntime: () => Promise<Runtime>): void {
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

    it("holds many sessions at once", async () => {
      const sessions = await Promise.all(
        Array.from({ length: 24 }, () => runtime.createSession(DOUBLE_AND_SUM, { threads: 2 })),
      );
      const outputs = await Promise.all(
        sessions.map(async (each, index) => {
          const y = new Float32Array(3);
          await each.bind({ x: row(Float32Array.of(index, 0, 1)) }, { y: row(y) }).run();
          return [...y];
        }),
      );
      expect(outputs).toEqual(sessions.map((_, index) => [2 * index, 0, 2]));
      await Promise.all(sessions.map((each) => each.dispose()));
    });

    it("can be disposed twice, and says so when used after that", async () => {
      const bound = [{ x: row(new Float32Array(3)) }, { y: row(new Float32Array(3)) }] as const;
      const short = await runtime.createSession(DOUBLE_AND_SUM);
      const first = short.bind(...bound);
      const second = short.bind(...bound);
      first.dispose();
      first.dispose();
      await expect(first.run()).rejects.toThrow("the binding was disposed");
      await second.run();
      await short.dispose();
      await short.dispose();
      second.dispose();
      await expect(second.run()).rejects.toThrow("the binding was disposed");
      expect(() => short.bind(...bound)).toThrow("the session was disposed");
    });

    it.each([
      ["empty", new Uint8Array(0)],
      ["noise", Uint8Array.from({ length: 200 }, (_, index) => (index * 89) % 256)],
      ["truncated", DOUBLE_AND_SUM.subarray(0, DOUBLE_AND_SUM.length - 40)],
    ])("rejects a model that is %s", async (_, model) => {
      await expect(runtime.createSession(model)).rejects.toThrow(/^ONNX Runtime: \S/);
      await expect(runtime.createSession(model)).rejects.toBeInstanceOf(VaekitError);
    });

    it("rejects a model with an unknown operator, naming it", async () => {
      const model = serializeModel({
        inputs: [{ name: "x", ...ROWS }],
        outputs: [{ name: "y", ...ROWS }],
        nodes: [{ operator: "Frobnicate", inputs: ["x"], outputs: ["y"] }],
      });
      await expect(runtime.createSession(model)).rejects.toThrow("Frobnicate");
    });

    it.each([0, -1, 1.5, Number.NaN])("rejects %d threads", async (threads) => {
      await expect(runtime.createSession(DOUBLE_AND_SUM, { threads })).rejects.toThrow(ConfigError);
    });

    it("rejects buffers that do not suit the model, as they are bound", () => {
      const x = row(new Float32Array(3));
      const y = row(new Float32Array(3));
      expect(() => session.bind({ x: row(new Float32Array(4)) }, { y })).toThrow(
        'input "x" has a buffer of 16 bytes; shape [1,3] of float32 needs 12',
      );
      expect(() => session.bind({ x, z: x }, { y })).toThrow('the model has no input "z"; it has "x"');
      expect(() => session.bind({ x }, { q: y })).toThrow('the model has no output "q"; it has "y", "s"');
      expect(() => session.bind({}, { y })).toThrow('input "x" is not bound');
    });

    it("reports an output whose bound shape is not the computed one, and goes on working", async () => {
      const x = row(Float32Array.of(1, 2, 3));
      const wrong = session.bind({ x }, { y: floats([2, 3], new Float32Array(6)) });
      await expect(wrong.run()).rejects.toThrow(/^ONNX Runtime: .*shape/s);
      const y = new Float32Array(3);
      await session.bind({ x }, { y: row(y) }).run();
      expect([...y]).toEqual([2, 4, 6]);
    });

    it("refuses to run on memory that was detached", async () => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const x = row(new Float32Array(memory.buffer, 0, 3));
      const binding = session.bind({ x }, { y: row(new Float32Array(3)) });
      memory.grow(1);
      await expect(binding.run()).rejects.toThrow('the memory of input "x" was detached');
    });

    it("does not grow with runs, bindings and sessions", async () => {
      const shape = [8192, 3];
      const x = floats(shape, new Float32Array(8192 * 3));
      const y = floats(shape, new Float32Array(8192 * 3));
      const work = async (rounds: number) => {
        const binding = session.bind({ x }, { y });
        for (let round = 0; round < 10 * rounds; round++) await binding.run();
        binding.dispose();
        for (let round = 0; round < rounds; round++) {
          const other = await runtime.createSession(DOUBLE_AND_SUM);
          await other.bind({ x }, { y }).run();
          await other.dispose();
        }
        await collectGarbage();
        return process.memoryUsage.rss();
      };
      const before = await work(50);
      const after = await work(200);
      expect(after - before).toBeLessThan(20_000_000);
    });
  });
}
