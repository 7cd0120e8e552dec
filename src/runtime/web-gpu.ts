/** WebGPU in browsers: another build of the engine, loaded when a training first asks for it. */
import { VaekitError } from "../common/errors.ts";
import { type OnnxRuntime, webgpuDevice } from "./device.ts";
import type { Device } from "./session.ts";
import { decompressed } from "./web-api.ts";

/** Where the three files of the build of onnxruntime-web 1.30.0 for WebGPU are, by absolute URL. */
export interface WebGpuFiles {
  /** `ort.jspi.min.mjs` */
  readonly api: string;
  /** `ort-wasm-simd-threaded.jspi.mjs` */
  readonly script: string;
  /** `ort-wasm-simd-threaded.jspi.wasm`, or a copy compressed by gzip: 4 MB */
  readonly wasm: string;
  /** Default `faster`: where a few steps are faster than on the processor. `always`: on any adapter, even a slow one. */
  readonly use?: "faster" | "always";
}

interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean; readonly architecture?: string };
}

/**
 * The GPU that this browser offers, if it does, and if it has what the build needs (promises in WebAssembly). Adapters
 * that compute on the processor are left out, unless they are asked for.
 */
export async function browserDevice({ api, script, wasm, use }: WebGpuFiles): Promise<Device | undefined> {
  const { navigator } = globalThis as {
    navigator?: { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  };
  if (!navigator?.gpu || !("Suspending" in WebAssembly)) return undefined;
  const adapter = await navigator.gpu.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { isFallbackAdapter, architecture } = adapter.info ?? {};
  const isSoftware = isFallbackAdapter === true || architecture === "swiftshader";
  if (isSoftware && use !== "always") return undefined;
  const load = async () => {
    try {
      const ort: OnnxRuntime & { env: { logLevel?: string; wasm: object } } = await import(
        /* @vite-ignore */ api
      );
      const response = await fetch(wasm);
      if (!response.ok) throw new Error(`${wasm} answers ${response.status}`);
      const wasmBinary = await decompressed(await response.arrayBuffer());
      ort.env.logLevel = "fatal";
      Object.assign(ort.env.wasm, { numThreads: 1, wasmPaths: { mjs: script }, wasmBinary });
      return ort;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new VaekitError(`the engine for WebGPU cannot be loaded: ${reason}`, { cause });
    }
  };
  return webgpuDevice(load, use !== "always");
}
