import { existsSync } from "node:fs";
import { basename } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Helper } from "../threads/helper.ts";
import { loadLibrary, type OrtApi } from "./c-api.ts";
import { libraryPath } from "./library-path.ts";
import { nativeRuntime } from "./native.ts";
import { DOUBLING_MODEL } from "./self-test.ts";
import { collectGarbage } from "./testing/collect-garbage.ts";
import { serializeModel } from "./testing/models.ts";
import { trainingStep } from "./testing/training-step.ts";

const calls: Record<string, number> = {};

vi.mock("./c-api.ts", async (importOriginal) => {
  const original = await importOriginal<typeof import("./c-api.ts")>();
  return {
    ...original,
    loadLibrary: async (path: string) => {
      const library = await original.loadLibrary(path);
      const counted = Object.entries(library.api).map(([name, call]) => [
        name,
        (...values: unknown[]) => {
          calls[name] = (calls[name] ?? 0) + 1;
          return call(...values);
        },
      ]);
      return { ...library, api: Object.fromEntries(counted) as OrtApi };
    },
  };
});

describe("nativeRuntime", () => {
  it("releases everything it creates, after failures too", async () => {
    const runtime = await nativeRuntime();
    const { model, inputs, outputs } = trainingStep(4, [6, 3, 6]);
    const session = await runtime.createSession(model);
    const binding = session.bind(inputs, outputs);
    await binding.run();
    binding.dispose();
    binding.dispose();
    session.bind(inputs, outputs);
    await session.dispose();
    await session.dispose();
    await expect(runtime.createSession(new Uint8Array(3))).rejects.toThrow("protobuf");

    expect(calls).toMatchObject({
      CreateEnv: 1,
      CreateCpuMemoryInfo: 1,
      CreateSessionOptions: 2,
      ReleaseSessionOptions: 2,
      CreateSessionFromArray: 2,
      ReleaseSession: 1,
      ReleaseStatus: 1,
    });
    const values = 2 * (Object.keys(inputs).length + Object.keys(outputs).length);
    expect(calls.CreateTensorWithDataAsOrtValue).toBe(values);
    expect(calls.ReleaseValue).toBe(values);
    const names = session.inputNames.length + session.outputNames.length;
    expect(calls.AllocatorFree).toBe(names);
    expect(calls.ReleaseTypeInfo).toBe(names);
  });
});

describe("a joint binding", () => {
  it("has a helper begin a part, runs its own meanwhile, and waits for the other", async () => {
    const order: string[] = [];
    const helper = {
      learn: () => ({
        begin(values: ArrayLike<bigint>) {
          order.push("begin");
          expect(values).toHaveLength(8);
          calls.Run = 0;
          return () => {
            order.push(`end after ${calls.Run} run here`);
            return 0n;
          };
        },
      }),
    };
    const runtime = await nativeRuntime();
    const [first, second] = [trainingStep(4, [6, 3, 6]), trainingStep(4, [6, 3, 6])];
    const helpers = [helper as unknown as Helper];
    const session = await runtime.createSession(first.model, { threads: 2, parts: 2, helpers });
    await session.bindTogether([first, second]).run();
    expect(order).toEqual(["begin", "end after 1 run here"]);
    expect(second.outputs.loss!.data[0]).toBe(0);
    await session.dispose();
  });
});

describe("addressOf", () => {
  it("stays the same for small arrays, which V8 would move, while garbage is collected", async () => {
    const { addressOf } = await loadLibrary(libraryPath());
    const views = Array.from({ length: 500 }, (_, index) => new Float32Array(1 + (index % 16)));
    const addresses = views.map(addressOf);
    await collectGarbage();
    expect(views.map(addressOf)).toEqual(addresses);
    expect(new Set(addresses).size).toBe(views.length);
  });

  it("honours a view's offset", async () => {
    const { addressOf } = await loadLibrary(libraryPath());
    const { buffer } = new WebAssembly.Memory({ initial: 1 });
    const start = addressOf(new Uint8Array(buffer));
    expect(addressOf(new Float32Array(buffer, 24, 2)) - start).toBe(24n);
  });
});

describe("libraryPath", () => {
  it.each([
    ["linux", "x64", "libonnxruntime.so.1"],
    ["linux", "arm64", "libonnxruntime.so.1"],
    ["darwin", "arm64", "libonnxruntime.1.dylib"],
    ["win32", "x64", "onnxruntime.dll"],
    ["win32", "arm64", "onnxruntime.dll"],
  ])("finds the library for %s %s", (platform, architecture, name) => {
    const path = libraryPath(platform, architecture);
    expect(basename(path)).toBe(name);
    expect(existsSync(path)).toBe(true);
  });

  it.each([
    ["darwin", "x64"],
    ["sunos", "x64"],
  ])("says that there is none for %s %s", (platform, architecture) => {
    expect(() => libraryPath(platform, architecture)).toThrow(`no library for ${platform} ${architecture}`);
  });
});

describe("the self-test's model", () => {
  it("is y = x + x", () => {
    const value = (name: string) => ({ name, type: "float32" as const, shape: [2] });
    const model = serializeModel({
      inputs: [value("x")],
      outputs: [value("y")],
      nodes: [{ operator: "Add", inputs: ["x", "x"], outputs: ["y"] }],
    });
    expect(Buffer.from(model).toString("base64")).toBe(DOUBLING_MODEL);
  });
});
