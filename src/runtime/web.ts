/**
 * ONNX Runtime as WebAssembly, in browsers and, where there is no native engine, in Node.
 *
 * For pages: hand in the engine's two files by URL (with Vite `import wasm from
 * "vaekit/engines/web/ort-wasm-simd-threaded.wasm.gz?url"` and the same for `.mjs`, made absolute in a worker by
 * `new URL(wasm, self.location.href).href`). Runs block their thread: train in a worker. In a worker of a page that is
 * isolated (`crossOriginIsolated`), a second worker computes half of each batch. An engine has one thread; its memory
 * grows, up to 4 GiB.
 */
import type { Runtime, SessionOptions } from "./session.ts";
import { positiveInteger } from "./thread-number.ts";
import { loadWebEngine, type WebEngine, type WebEngineFiles } from "./web-api.ts";
import { browserDevice, type WebGpuFiles } from "./web-gpu.ts";
import { loadModel } from "./web-model.ts";
import { mayShareWork, startSecondEngine } from "./web-second-engine.ts";
import { WebSession } from "./web-session.ts";

/** Where the WebAssembly engine is found. */
export interface WebRuntimeOptions {
  /** The engine's two files. */
  readonly files: WebEngineFiles;
  /** At most so many, this one included, compute a training step; default 2, where pages allow it. */
  readonly workers?: 1 | 2;
  /** For training steps on the GPU, where there is one; absent: they run on the processor. */
  readonly webgpu?: WebGpuFiles;
}

/** The version of onnxruntime-web whose files these are: the C functions of another one may differ. */
const WEB_ENGINE_VERSION = "1.30.0";

/** @throws VaekitError if a file of the engine cannot be had, or WebAssembly is missing. */
export async function webRuntime({ files, workers = 2, webgpu }: WebRuntimeOptions): Promise<Runtime> {
  const engine = await loadWebEngine(files);
  const parts = workers === 2 && mayShareWork() ? 2 : 1;
  const device = webgpu && (await browserDevice(webgpu));
  let second: Promise<WebEngine | undefined> | undefined;
  // Where the second worker is refused, this one does both halves, one after the other.
  const another = () => {
    second ??= startSecondEngine(files.script, engine).catch(() => undefined);
    return second;
  };
  return {
    name: "onnxruntime-web (wasm)",
    version: WEB_ENGINE_VERSION,
    partsAtOnce: parts,
    ...(device && { device }),
    startHelpers: async () => [],
    async createSession(model: Uint8Array, { threads = 1, parts: wanted = 1 }: SessionOptions = {}) {
      positiveInteger("threads", threads);
      positiveInteger("parts", wanted);
      const other = parts === 2 && wanted >= 2 ? await another() : undefined;
      return new WebSession(await loadModel(engine, model), other && (await loadModel(other, model)));
    },
  };
}
