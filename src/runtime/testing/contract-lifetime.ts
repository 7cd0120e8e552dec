import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, VaekitError } from "../../common/errors.ts";
import type { Runtime, Session } from "../session.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { DOUBLE_AND_SUM, floats, ROWS, row } from "./contract-models.ts";
import { serializeModel } from "./models.ts";

/** What every runtime must do with sessions that come and go, and with what it cannot run. */
export function describeLifetime(
  name: string,
  createRuntime: () => Promise<Runtime>,
  fixedThreads?: number,
): void {
  describe(`${name}: sessions and failures`, () => {
    let runtime: Runtime;
    let session: Session;
    beforeAll(async () => {
      runtime = await createRuntime();
      session = await runtime.createSession(DOUBLE_AND_SUM);
    });
    afterAll(() => session.dispose());

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

    it.each([1, 3])("says with how many threads it computes when asked for %d", async (threads) => {
      const asked = await runtime.createSession(DOUBLE_AND_SUM, { threads });
      expect(asked.threads).toBe(fixedThreads ?? threads);
      await asked.dispose();
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

    it("reports an output whose bound shape is not the computed one, and keeps working", async () => {
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
      // 393 kB a buffer: one kept for each of 200 sessions would be 79 MB, the allocator's own slack is about 20 MB.
      const shape = [32_768, 3];
      const x = floats(shape, new Float32Array(32_768 * 3));
      const y = floats(shape, new Float32Array(32_768 * 3));
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
      expect(after - before).toBeLessThan(40_000_000);
    });
  });
}
