/** ONNX Runtime called in place: the engine reads and writes the caller's memory and nothing is copied. */
import { VaekitError } from "../errors.ts";
import { type BoundBuffer, boundBuffers, checkAttached, checkBuffers, type Signature } from "./buffers.ts";
import { check, type Library, loadLibrary, type OrtApi, output, type Pointer } from "./c-api.ts";
import { libraryPath } from "./library-path.ts";
import { readSignature } from "./native-signature.ts";
import { NativeValues } from "./native-values.ts";
import type { Binding, BoundTensors, Runtime, Session, SessionOptions, TensorBuffers } from "./session.ts";
import { SLOW_OPTIMIZERS } from "./slow-optimizers.ts";
import { threadCount } from "./threads.ts";
import { atTheSameTime, type BackgroundBinding, inTurn } from "./together.ts";

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
      const threads = threadCount(options.threads);
      const together = library.runInBackground ? Math.min(options.parts ?? 1, threads) : 1;
      const sessionOptions = createSessionOptions(library, Math.floor(threads / together));
      try {
        const session = output<Pointer>(api, (out) =>
          api.CreateSessionFromArray(env, model, model.byteLength, sessionOptions, out),
        );
        return new NativeSession(library, memory, session, threads, together > 1);
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
  readonly #bindings = new Set<Binding>();
  readonly #runsTogether: boolean;
  #pointer: Pointer | null;

  constructor(library: Library, memory: Pointer, pointer: Pointer, threads: number, runsTogether: boolean) {
    this.threads = threads;
    this.#runsTogether = runsTogether;
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
    const bindings = parts.map(
      (part) => new NativeBinding(this.#library, this.#memory, pointer, part, this.#bindings),
    );
    return this.#runsTogether ? atTheSameTime(bindings) : inTurn(bindings);
  }

  async dispose(): Promise<void> {
    if (this.#pointer === null) return;
    for (const binding of this.#bindings) binding.dispose();
    this.#library.api.ReleaseSession(this.#pointer);
    this.#pointer = null;
  }
}

class NativeBinding implements BackgroundBinding {
  readonly #library: Library;
  readonly #session: Pointer;
  readonly #inputs: NativeValues;
  readonly #outputs: NativeValues;
  readonly #buffers: readonly BoundBuffer[];
  readonly #siblings: Set<Binding>;

  constructor(
    library: Library,
    memory: Pointer,
    session: Pointer,
    { inputs, outputs }: BoundTensors,
    siblings: Set<Binding>,
  ) {
    this.#library = library;
    this.#session = session;
    this.#inputs = new NativeValues(library, memory, inputs);
    this.#outputs = new NativeValues(library, memory, outputs);
    this.#buffers = boundBuffers(inputs, outputs);
    this.#siblings = siblings;
    siblings.add(this);
  }

  async run(): Promise<void> {
    const { api } = this.#library;
    check(api, api.Run(...this.#arguments()));
  }

  async runInBackground(): Promise<void> {
    const { api, runInBackground } = this.#library;
    check(api, await runInBackground!(...this.#arguments()));
  }

  #arguments(): Parameters<OrtApi["Run"]> {
    if (!this.#siblings.has(this)) throw new VaekitError("the binding was disposed; bind again");
    checkAttached(this.#buffers);
    const { names, values, count } = this.#inputs;
    const { names: outputNames, values: outputValues, count: outputCount } = this.#outputs;
    return [this.#session, null, names, values, count, outputNames, outputCount, outputValues];
  }

  dispose(): void {
    if (!this.#siblings.delete(this)) return;
    this.#inputs.dispose();
    this.#outputs.dispose();
  }
}
