/** All of `vaekit` in a browser: ONNX Runtime as WebAssembly, models as zip files of run directories. */
import "./tasks/web-platform.ts";

export * from "./index.ts";
export { type WebRuntimeOptions, webRuntime } from "./runtime/web.ts";
export type { WebEngineFiles } from "./runtime/web-api.ts";
export type { WebGpuFiles } from "./runtime/web-gpu.ts";
export { configureWeb, type WebSettings } from "./tasks/web-platform.ts";
