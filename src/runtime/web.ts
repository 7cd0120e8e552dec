/**
 * ONNX Runtime as WebAssembly, in browsers and, where there is no native engine, in Node.
 *
 * For pages: hand in the engine's two files by URL (with Vite `import wasm from
 * "onnxruntime-web/ort-wasm-simd-threaded.wasm?url"` and the same for `.mjs`, made absolute in a worker by
 * `new URL(wasm, self.location.href).href`). Runs block their thread: train in a worker. The engine has one thread; its
 * memory grows, up to 4 GiB.
 */
import type { Runtime, SessionOptions } from "./session.ts";
import { positiveInteger } from "./thread-number.ts";
import { loadWebEngine, type WebEngineFiles } from "./web-api.ts";
import { loadModel } from "./web-model.ts";
import { WebSession } from "./web-session.ts";

export interface WebRuntimeOptions {
  readonly files: WebEngineFiles;
}

/** The version of onnxruntime-web whose files these are: the C functions of another one may differ. */
const WEB_ENGINE_VERSION = "1.30.0";

/** @throws VaekitError if a file of the engine cannot be had, or WebAssembly is missing. */
export async function webRuntime({ files }: WebRuntimeOptions): Promise<Runtime> {
  const engine = await loadWebEngine(files);
  return {
    name: "onnxruntime-web (wasm)",
    version: WEB_ENGINE_VERSION,
    partsAtOnce: 1,
    startHelpers: async () => [],
    async createSession(model: Uint8Array, { threads = 1, parts = 1 }: SessionOptions = {}) {
      positiveInteger("threads", threads);
      positiveInteger("parts", parts);
      return new WebSession(await loadModel(engine, model));
    },
  };
}
