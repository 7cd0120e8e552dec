/** ONNX Runtime called in place: the engine reads and writes the caller's memory and nothing is copied. */
import { createHelperPool, startHelpers } from "../threads/helper-pool.ts";
import { check, type Library, loadLibrary, output, type Pointer } from "./c-api.ts";
import { libraryPath } from "./library-path.ts";
import { createEngine, NativeSession } from "./native-session.ts";
import type { Runtime, Session, SessionOptions } from "./session.ts";
import { SLOW_OPTIMIZERS } from "./slow-optimizers.ts";
import { divideThreads, threadCount } from "./threads.ts";

/** `OrtLoggingLevel`: a failed call throws with the same message, so nothing is lost. */
const ORT_LOGGING_LEVEL_FATAL = 4;
const ORT_SEQUENTIAL = 0;
const ORT_ENABLE_ALL = 99;
const ORT_DEVICE_ALLOCATOR = 0;
const ORT_MEM_TYPE_DEFAULT = 0;
/** Threads of a session that is not running must not spin: they would take the cores from the one that is. */
const STOP_SPINNING = "session.force_spinning_stop";
const DISABLED_OPTIMIZERS = "optimization.disable_specified_optimizers";

/**
 * The runtime that shares memory with ONNX Runtime through its C interface. The environment it creates is the
 * one environment of the process and lives as long.
 * @throws Error if koffi or the library is missing.
 */
export async function nativeRuntime(): Promise<Runtime> {
  const library = await loadLibrary(libraryPath());
  const { api } = library;
  const env = output<Pointer>(api, (out) => api.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "vaekit", out));
  const memory = output<Pointer>(api, (out) =>
    api.CreateCpuMemoryInfo(ORT_DEVICE_ALLOCATOR, ORT_MEM_TYPE_DEFAULT, out),
  );
  const engine = createEngine(library, memory);
  const pool = createHelperPool();
  return {
    name: "onnxruntime-node (native)",
    version: library.version,
    startHelpers: async (most, threads) => startHelpers(Math.min(most, threadCount(threads) - 1)),
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      const { threads, atOnce, each } = divideThreads(options);
      const helpers = options.helpers ?? pool(atOnce - 1);
      const sessionOptions = createSessionOptions(library, each);
      try {
        const session = output<Pointer>(api, (out) =>
          api.CreateSessionFromArray(env, model, model.byteLength, sessionOptions, out),
        );
        return new NativeSession(engine, session, { threads, helpers: await helpers });
      } finally {
        api.ReleaseSessionOptions(sessionOptions);
      }
    },
  };
}

function createSessionOptions({ api }: Library, threads: number): Pointer {
  const options = output<Pointer>(api, (out) => api.CreateSessionOptions(out));
  check(api, api.SetSessionLogSeverityLevel(options, ORT_LOGGING_LEVEL_FATAL));
  check(api, api.SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL));
  check(api, api.SetSessionExecutionMode(options, ORT_SEQUENTIAL));
  check(api, api.SetIntraOpNumThreads(options, threads));
  check(api, api.SetInterOpNumThreads(options, 1));
  check(api, api.EnableMemPattern(options));
  check(api, api.EnableCpuMemArena(options));
  check(api, api.AddSessionConfigEntry(options, STOP_SPINNING, "1"));
  check(api, api.AddSessionConfigEntry(options, DISABLED_OPTIMIZERS, SLOW_OPTIMIZERS));
  return options;
}
