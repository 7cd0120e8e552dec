/** ONNX Runtime called in place: the engine reads and writes the caller's memory and nothing is copied. */
import { VaekitError } from "../errors.ts";
import { type BoundBuffer, boundBuffers, checkAttached, checkBuffers, type Signature } from "./buffers.ts";
import { check, type Library, loadLibrary, type OrtApi, output, type Pointer } from "./c-api.ts";
import { type BoundPart, JointBinding } from "./joint-binding.ts";
import { libraryPath } from "./library-path.ts";
import { readSignature } from "./native-signature.ts";
import { NativeValues } from "./native-values.ts";
import type { Binding, BoundTensors, Runtime, Session, SessionOptions, TensorBuffers } from "./session.ts";
import { SLOW_OPTIMIZERS } from "./slow-optimizers.ts";
import { divideThreads } from "./threads.ts";

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
  return {
    name: "onnxruntime-node (native)",
    version: library.version,
    inPlace: true,
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      const { threads, atOnce, each } = divideThreads(options);
      const sessionOptions = createSessionOptions(library, each);
      try {
        const session = output<Pointer>(api, (out) =>
          api.CreateSessionFromArray(env, model, model.byteLength, sessionOptions, out),
        );
        return new NativeSession(
          library,
          memory,
          session,
          threads,
          atOnce > 1 ? library.runInBackground : undefined,
        );
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

class NativeSession implements Session {
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #library: Library;
  readonly #memory: Pointer;
  readonly #signature: Signature;
  readonly #bindings = new Set<JointBinding>();
  readonly #inBackground: Library["runInBackground"];
  #pointer: Pointer | null;

  constructor(
    library: Library,
    memory: Pointer,
    pointer: Pointer,
    threads: number,
    inBackground: Library["runInBackground"],
  ) {
    this.threads = threads;
    this.#inBackground = inBackground;
    this.#library = library;
    this.#memory = memory;
    this.#pointer = pointer;
    this.#signature = readSignature(library, pointer);
    this.inputNames = this.#signature.inputs.map(({ name }) => name);
    this.outputNames = this.#signature.outputs.map(({ name }) => name);
  }

  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding {
    return this.bindTogether([{ inputs, outputs }]);
  }

  bindTogether(parts: readonly BoundTensors[]): Binding {
    const pointer = this.#pointer;
    if (pointer === null) throw new VaekitError("the session was disposed; create another");
    checkBuffers(this.#signature, parts);
    const bound = parts.map(
      (part) => new NativePart(this.#library, this.#memory, pointer, part, this.#inBackground),
    );
    return new JointBinding(bound, this.#bindings);
  }

  async dispose(): Promise<void> {
    const pointer = this.#pointer;
    if (pointer === null) return;
    this.#pointer = null;
    await Promise.all(Array.from(this.#bindings, (binding) => binding.end()));
    this.#library.api.ReleaseSession(pointer);
  }
}

class NativePart implements BoundPart {
  readonly #library: Library;
  readonly #session: Pointer;
  readonly #inputs: NativeValues;
  readonly #outputs: NativeValues;
  readonly #buffers: readonly BoundBuffer[];
  readonly runInBackground?: () => Promise<void>;

  constructor(
    library: Library,
    memory: Pointer,
    session: Pointer,
    { inputs, outputs }: BoundTensors,
    inBackground: Library["runInBackground"],
  ) {
    this.#library = library;
    this.#session = session;
    this.#inputs = new NativeValues(library, memory, inputs);
    this.#outputs = new NativeValues(library, memory, outputs);
    this.#buffers = boundBuffers(inputs, outputs);
    if (inBackground)
      this.runInBackground = async () => check(library.api, await inBackground(...this.#arguments()));
  }

  async run(): Promise<void> {
    const { api } = this.#library;
    check(api, api.Run(...this.#arguments()));
  }

  #arguments(): Parameters<OrtApi["Run"]> {
    checkAttached(this.#buffers);
    const { names, values, count } = this.#inputs;
    const { names: outputNames, values: outputValues, count: outputCount } = this.#outputs;
    return [this.#session, null, names, values, count, outputNames, outputCount, outputValues];
  }

  release(): void {
    this.#inputs.dispose();
    this.#outputs.dispose();
  }
}
