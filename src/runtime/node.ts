/** Chooses how Node calls ONNX Runtime. */
import { ConfigError, VaekitError } from "../common/errors.ts";
import { bindingRuntime } from "./binding.ts";
import { nativeRuntime } from "./native.ts";
import { selfTest } from "./self-test.ts";
import type { Runtime } from "./session.ts";

/**
 * `native` lets ONNX Runtime work in the caller's memory, `binding` goes through onnxruntime-node's copies and
 * `auto` is native where that works. The results are the same, bit for bit.
 */
export type RuntimePath = "auto" | "native" | "binding";

export interface NodeRuntimeOptions {
  /** With `auto`, the default, the environment variable `VAEKIT_RUNTIME` may decide. */
  readonly path?: RuntimePath;
}

/**
 * The ONNX Runtime of this machine, tried on a tiny model. It is loaded once in each thread and kept.
 * Its sessions block the thread while they run: use a worker thread where something else must stay responsive.
 * @throws ConfigError if `path` or `VAEKIT_RUNTIME` is none of the paths.
 * @throws VaekitError if the runtime cannot be loaded or does not compute.
 */
export async function nodeRuntime({ path = "auto" }: NodeRuntimeOptions = {}): Promise<Runtime> {
  const chosen = path === "auto" ? pathFromEnvironment() : runtimePath("path", path);
  declineTelemetry();
  try {
    if (chosen !== "auto") return await load(chosen);
    return await load("native").catch(() => load("binding"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VaekitError(
      `ONNX Runtime does not work here (${reason.trim()}); reinstall onnxruntime-node for ${process.platform} ${process.arch}`,
      { cause: error },
    );
  }
}

/**
 * Keeps ONNX Runtime from reporting its use to its makers, which its packages do from 1.30 on unless the environment
 * declines before they begin: no upload, no identifier in the home folder. In a worker thread, whose environment is a
 * copy, it has no effect on an engine that the main thread has not loaded: give the worker `env: SHARE_ENV`.
 */
function declineTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= "1";
}

function pathFromEnvironment(): RuntimePath {
  return runtimePath("VAEKIT_RUNTIME", process.env.VAEKIT_RUNTIME || "auto");
}

function runtimePath(setting: string, value: string): RuntimePath {
  if (value === "auto" || value === "native" || value === "binding") return value;
  throw new ConfigError(`${setting} is ${value}; it must be auto, native or binding`);
}

const LOADERS = { native: nativeRuntime, binding: bindingRuntime };
const loaded: { [Path in keyof typeof LOADERS]?: Promise<Runtime> } = {};

function load(path: keyof typeof LOADERS): Promise<Runtime> {
  loaded[path] ??= LOADERS[path]().then(selfTest);
  return loaded[path];
}
