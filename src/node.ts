/** All of `vaekit` with what needs a file system and a native engine: data on disk, run directories, ONNX Runtime. */
import "./tasks/node-platform.ts";

export { mnist } from "./data/formats/mnist.ts";
export { openData } from "./data/open.ts";
export type { OpenOptions, Splits } from "./data/splits.ts";
export * from "./index.ts";
export { type NodeRuntimeOptions, nodeRuntime } from "./runtime/node.ts";
export type { BeginFrom } from "./tasks/begin-from.ts";
export { type ResumeRequest, resumeRun } from "./tasks/resume.ts";
export { type RunRequest, type RunResult, trainRun } from "./tasks/train.ts";
