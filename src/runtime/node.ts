/** Chooses how Node calls ONNX Runtime. */
import { ConfigError, VaekitError } from "../common/errors.ts";
import { bindingRuntime } from "./binding.ts";
import { nativeRuntime } from "./native.ts";
import { nativeAdvice, thisMachine } from "./native-platforms.ts";
import { selfTest } from "./self-test.ts";
import type { Runtime } from "./session.ts";
import { webRuntimeInNode } from "./web-in-node.ts";
import { withWebgpu } from "./webgpu-in-node.ts";

/**
 * `native` lets ONNX Runtime work in the caller's memory, `binding` goes through onnxruntime-node's copies: the same
 * results, bit for bit. `web` is ONNX Runtime as WebAssembly, in one thread: several times slower, with results that
 * differ by rounding. `auto` is the first of them that works.
 */
export type RuntimePath = "auto" | "native" | "binding" | "web";

/** Which way to ONNX Runtime is taken. */
export interface NodeRuntimeOptions {
  /** With `auto`, the default, the environment variable `VAEKIT_RUNTIME` may decide. */
  readonly path?: RuntimePath;
  /** What training steps run on; default `cpu`. `webgpu` needs a GPU and the package onnxruntime-node. */
  readonly device?: "cpu" | "webgpu";
}

const DEVICES = ["cpu", "webgpu"] as const;

/**
 * The ONNX Runtime of this machine, tried on a tiny model. It is loaded once in each thread and kept. One line on stderr
 * says so where only WebAssembly works.
 * Its sessions block the thread while they run: use a worker thread where something else must stay responsive.
 * @throws ConfigError if `path` or `VAEKIT_RUNTIME` is none of the paths, or the device cannot be used here.
 * @throws VaekitError if the runtime cannot be loaded or does not compute.
 */
export async function nodeRuntime({
  path = "auto",
  device = "cpu",
}: NodeRuntimeOptions = {}): Promise<Runtime> {
  if (!DEVICES.some((each) => each === device))
    throw new ConfigError(`device is ${device}; it must be cpu or webgpu`);
  const runtime = await runtimeOf(path);
  return device === "cpu" ? runtime : withWebgpu(runtime);
}

async function runtimeOf(path: RuntimePath): Promise<Runtime> {
  const chosen = path === "auto" ? pathFromEnvironment() : runtimePath("path", path);
  declineTelemetry();
  if (chosen !== "auto") return load(chosen).catch((error) => fail(chosen, error));
  // Why the binding does not load says little: it is not there outside a checkout.
  return load("native").catch((error) => load("binding").catch(() => fallBack(error)));
}

/** @param error why there is no native engine */
async function fallBack(error: unknown): Promise<Runtime> {
  const runtime = await load("web").catch((other) =>
    fail("auto", new Error(`${reasonOf(error)}; ${reasonOf(other)}`, { cause: other })),
  );
  if (!hasSaidSo)
    process.stderr.write(
      `computing with WebAssembly, several times slower than the native engine: ${nativeAdvice(thisMachine())} (${reasonOf(error)})\n`,
    );
  hasSaidSo = true;
  return runtime;
}

let hasSaidSo = false;

function fail(path: RuntimePath, error: unknown): never {
  const advice =
    path === "web"
      ? "install vaekit again"
      : `${nativeAdvice(thisMachine())}${path === "auto" ? "" : "; VAEKIT_RUNTIME=web needs none"}`;
  throw new VaekitError(`ONNX Runtime does not work here (${reasonOf(error)}); ${advice}`, { cause: error });
}

/** The first line: Node's messages continue with lists of files. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split("\n")[0] ?? "";
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
  if (PATHS.some((each) => each === value)) return value as RuntimePath;
  throw new ConfigError(`${setting} is ${value}; it must be auto, native, binding or web`);
}

const LOADERS = { native: nativeRuntime, binding: bindingRuntime, web: webRuntimeInNode };
const PATHS = ["auto", ...Object.keys(LOADERS)];
const loaded: { [Path in keyof typeof LOADERS]?: Promise<Runtime> } = {};

function load(path: keyof typeof LOADERS): Promise<Runtime> {
  loaded[path] ??= LOADERS[path]().then(selfTest);
  return loaded[path];
}
