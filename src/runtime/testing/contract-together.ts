import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VaekitError } from "../../common/errors.ts";
import type { Runtime, Session, TensorBuffer } from "../session.ts";
import { DOUBLE_AND_SUM, floats, row } from "./contract-models.ts";
import { trainingStep } from "./training-step.ts";

function bytesOf({ buffer, byteOffset, byteLength }: TensorBuffer["data"]): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What every runtime must do with several sets of buffers that run at the same time. */
export function describeTogether(
  name: string,
  createRuntime: () => Promise<Runtime>,
  fixedThreads?: number,
): void {
  describe(`${name}: bindings that run together`, () => {
    let runtime: Runtime;
    let session: Session;
    beforeAll(async () => {
      runtime = await createRuntime();
      session = await runtime.createSession(DOUBLE_AND_SUM, { threads: 2, parts: 2 });
    });
    afterAll(() => session.dispose());

    it.each([1, 2, 3, 4])("computes every part as alone, bit for bit, with %d threads", async (threads) => {
      const { model, inputs, outputs } = trainingStep(64, [128, 64, 128]);
      const alone = await runtime.createSession(model, { threads: 1 });
      const together = await runtime.createSession(model, { threads, parts: 3 });
      expect(together.threads).toBe(fixedThreads ?? threads);
      const parts = [0, 1, 2].map((part) => ({
        inputs: {
          ...inputs,
          h0: { ...inputs.h0!, data: (inputs.h0!.data as Float32Array).map((x) => x * (part + 1)) },
        },
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([key, each]) => [key, { ...each, data: each.data.slice() }]),
        ),
      })) as { inputs: typeof inputs; outputs: typeof outputs }[];
      const binding = together.bindTogether(parts);
      for (let round = 0; round < 20; round++) {
        for (const part of parts) for (const { data } of Object.values(part.outputs)) data.fill(0 as never);
        await binding.run();
      }
      for (const part of parts) {
        await alone.bind(part.inputs, outputs).run();
        expect(part.outputs).toEqual(outputs);
      }
      binding.dispose();
      await expect(binding.run()).rejects.toThrow("the binding was disposed");
      await Promise.all([alone.dispose(), together.dispose()]);
    });

    it("binds as many parts as are given, whatever was announced", async () => {
      const outputs = Array.from({ length: 5 }, () => new Float32Array(3));
      const binding = session.bindTogether(
        outputs.map((y, i) => ({ inputs: { x: row(Float32Array.of(i, 1, 2)) }, outputs: { y: row(y) } })),
      );
      await binding.run();
      expect(outputs.map((y) => [...y])).toEqual([0, 1, 2, 3, 4].map((i) => [2 * i, 2, 4]));
      binding.dispose();
    });

    it("ends all parts before it reports one that failed, and keeps working", async () => {
      const x = row(Float32Array.of(1, 2, 3));
      const good = new Float32Array(3);
      const wrong = { y: floats([2, 3], new Float32Array(6)) };
      for (const outputs of [
        [{ y: row(good) }, wrong],
        [wrong, { y: row(good) }],
      ]) {
        const binding = session.bindTogether(outputs.map((each) => ({ inputs: { x }, outputs: each })));
        await expect(binding.run()).rejects.toThrow(/^ONNX Runtime: .*shape/s);
        binding.dispose();
      }
      await session.bindTogether([{ inputs: { x }, outputs: { y: row(good) } }]).run();
      expect([...good]).toEqual([2, 4, 6]);
    });

    it("may be disposed of while it runs: the run ends first", async () => {
      for (let round = 0; round < 5; round++) {
        const { model, inputs, outputs } = trainingStep(64, [784, 256, 784]);
        const large = await runtime.createSession(model, { threads: 2, parts: 2 });
        const copies = Object.fromEntries(
          Object.entries(outputs).map(([key, each]) => [key, { ...each, data: each.data.slice() }]),
        );
        const binding = large.bindTogether([
          { inputs, outputs },
          { inputs, outputs: copies },
        ]);
        const run = binding.run();
        if (round % 2 === 0) binding.dispose();
        await Promise.all([run, large.dispose()]);
        // `toEqual` takes seconds for arrays of this size.
        for (const [key, { data }] of Object.entries(outputs))
          expect(Buffer.compare(bytesOf(copies[key]!.data), bytesOf(data)), key).toBe(0);
        expect(outputs.loss!.data[0]).toBeGreaterThan(0);
        await expect(binding.run()).rejects.toThrow("the binding was disposed");
      }
    });

    it("does not begin a run while another is under way", async () => {
      const [y, other] = [new Float32Array(3), new Float32Array(3)];
      const x = row(Float32Array.of(1, 2, 3));
      const binding = session.bindTogether(
        [y, other].map((each) => ({ inputs: { x }, outputs: { y: row(each) } })),
      );
      const run = binding.run();
      await expect(binding.run()).rejects.toThrow("the binding is running");
      await run;
      await binding.run();
      expect([...y, ...other]).toEqual([2, 4, 6, 2, 4, 6]);
      binding.dispose();
    });

    it("refuses no parts, and parts that write the same memory", () => {
      const x = row(new Float32Array(3));
      const outputs = { y: row(new Float32Array(3)) };
      expect(() => session.bindTogether([])).toThrow(VaekitError);
      expect(() =>
        session.bindTogether([
          { inputs: { x }, outputs },
          { inputs: { x }, outputs },
        ]),
      ).toThrow('output "y" and output "y" share memory');
    });
  });
}
