import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nativeAdvice } from "./native-platforms.ts";
import { nodeRuntime } from "./node.ts";
import { describeContract } from "./testing/contract.ts";
import { runTrainingStep, runTwoTogether } from "./testing/training-step.ts";

const PATHS = ["native", "binding"] as const;

for (const path of PATHS) describeContract(`onnxruntime-node (${path})`, () => nodeRuntime({ path }));

describe("native and binding", () => {
  it.each([1, 2])("compute a training step alike, bit for bit, with %d threads", async (threads) => {
    const native = await runTrainingStep(await nodeRuntime({ path: "native" }), threads);
    const binding = await runTrainingStep(await nodeRuntime({ path: "binding" }), threads);
    expect(native.some((byte) => byte !== 0)).toBe(true);
    expect(native.equals(binding)).toBe(true);
  });
});

describe("outside the main thread and beyond the end", () => {
  const probe = new URL("./testing/probe.ts", import.meta.url);
  const loader = new URL("./testing/register-typescript.mjs", import.meta.url).href;
  let expected: number;
  beforeEach(async () => {
    const { loss, session } = await runTwoTogether(await nodeRuntime());
    await session.dispose();
    expected = loss;
  });

  it.each(PATHS)("%s runs in worker threads, one after another and two at a time", async (path) => {
    const runInWorker = async () => {
      const worker = new Worker(probe, { argv: [path, "dispose"], execArgv: ["--import", loader] });
      const [[loss]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
      return loss;
    };
    expect(await runInWorker()).toBe(expected);
    expect(await Promise.all([runInWorker(), runInWorker()])).toEqual([expected, expected]);
  });

  it.each(PATHS)("%s survives garbage collection and lets a process end with a session open", (path) => {
    const child = spawnSync(process.execPath, ["--import", loader, fileURLToPath(probe), path, "leave"]);
    expect(child.stderr.toString()).toBe("");
    expect(child.status).toBe(0);
    expect(Number(child.stdout)).toBe(expected);
  });
});

describe("nodeRuntime", () => {
  beforeEach(() => vi.resetModules());
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const module of ["koffi", "onnxruntime-node", "./library-path.ts", "./web-in-node.ts"])
      vi.doUnmock(module);
  });
  const load = async (path?: "auto" | "native" | "binding" | "web") => {
    const module = await import("./node.ts");
    return module.nodeRuntime(path ? { path } : {});
  };

  it("prefers native", async () => {
    expect((await load()).name).toBe("onnxruntime-node (native)");
  });

  it("loads each path once", async () => {
    const module = await import("./node.ts");
    expect(await module.nodeRuntime()).toBe(await module.nodeRuntime({ path: "native" }));
  });

  it.each(PATHS)("obeys VAEKIT_RUNTIME=%s", async (path) => {
    vi.stubEnv("VAEKIT_RUNTIME", path);
    expect((await load()).name).toBe(`onnxruntime-node (${path})`);
    expect((await load("auto")).name).toBe(`onnxruntime-node (${path})`);
    expect((await load("binding")).name).toBe("onnxruntime-node (binding)");
  });

  it("rejects an unknown VAEKIT_RUNTIME", async () => {
    vi.stubEnv("VAEKIT_RUNTIME", "cuda");
    await expect(load()).rejects.toThrow("VAEKIT_RUNTIME is cuda; it must be auto, native, binding or web");
  });

  it("falls back to the binding without koffi", async () => {
    vi.doMock("koffi", () => {
      throw new Error("Cannot find package 'koffi'");
    });
    expect((await load()).name).toBe("onnxruntime-node (binding)");
    await expect(load("native")).rejects.toThrow(/^ONNX Runtime does not work here \(/);
  });

  it("falls back to the binding without the shared library", async () => {
    vi.doMock("./library-path.ts", () => ({ libraryPath: () => "/nowhere/libonnxruntime.so.1" }));
    expect((await load()).name).toBe("onnxruntime-node (binding)");
  });

  it("falls back to the binding if native does not compute right", async () => {
    vi.doMock("./native.ts", async (importOriginal) => {
      const { nativeRuntime } = await importOriginal<typeof import("./native.ts")>();
      return {
        nativeRuntime: async () => {
          const runtime = await nativeRuntime();
          const deaf = { inputNames: ["x"], outputNames: ["y"], dispose: async () => {} };
          const bind = () => ({ run: async () => {}, dispose() {} });
          return { ...runtime, createSession: async () => ({ ...deaf, bind }) };
        },
      };
    });
    expect((await load()).name).toBe("onnxruntime-node (binding)");
    vi.doUnmock("./native.ts");
  });

  it("falls back to WebAssembly where no native engine loads, and says so in one line", async () => {
    withoutNative();
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    try {
      const module = await import("./node.ts");
      expect((await module.nodeRuntime()).name).toBe("onnxruntime-web (wasm)");
      await module.nodeRuntime();
      expect(said.mock.calls.map(String)).toEqual([
        expect.stringMatching(
          /^computing with WebAssembly, several times slower .+: there is a native .+\n$/,
        ),
      ]);
    } finally {
      said.mockRestore();
    }
  });

  it("says nothing where WebAssembly was asked for", async () => {
    const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    vi.stubEnv("VAEKIT_RUNTIME", "web");
    try {
      expect((await load()).name).toBe("onnxruntime-web (wasm)");
      expect(said).not.toHaveBeenCalled();
    } finally {
      said.mockRestore();
    }
  });

  it("says what is wrong when nothing works", async () => {
    withoutNative();
    vi.doMock("./web-in-node.ts", () => ({ webRuntimeInNode: () => Promise.reject(new Error("no file")) }));
    await expect(load()).rejects.toThrow(
      /^ONNX Runtime does not work here \(.*no file\); there is a native/s,
    );
    await expect(load("web")).rejects.toThrow(/\(no file\); install vaekit again$/);
    await expect(load("binding")).rejects.toThrow(/VAEKIT_RUNTIME=web needs none$/);
  });
});

function withoutNative(): void {
  vi.doMock("onnxruntime-node", () => {
    throw new Error("no binary");
  });
  vi.doMock("koffi", () => {
    throw new Error("Cannot find package 'koffi'");
  });
}

describe("nativeAdvice", () => {
  it.each([
    ["darwin", "x64", false, "there is no native engine for darwin x64, only for Linux with glibc"],
    ["linux", "x64", false, "there is no native engine for Linux with musl, only for Linux with glibc"],
    ["linux", "riscv64", true, "there is no native engine for linux riscv64"],
    [
      "win32",
      "arm64",
      false,
      "there is a native engine for win32 arm64: install vaekit again, with its optional package koffi",
    ],
  ])("is true of %s %s", (platform, architecture, hasGlibc, advice) => {
    expect(nativeAdvice({ platform, architecture, hasGlibc })).toContain(advice);
  });
});
