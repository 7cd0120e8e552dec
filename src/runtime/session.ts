import type { Helper } from "../threads/helper.ts";

/** Element types that cross the boundary between vaekit and an ONNX engine. */
export type ElementType = "float32" | "float64" | "int32" | "int64" | "uint8" | "bool";

/**
 * Memory that holds one tensor in row-major order: a view of the element type's own kind (`bool` is one byte an
 * element, in a Uint8Array), of any buffer, a WebAssembly memory or a shared one included.
 */
export interface TensorBuffer {
  readonly type: ElementType;
  /** [] is a scalar, of one element. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
}

export type TensorBuffers = Readonly<Record<string, TensorBuffer>>;

/**
 * Some rows of a batch, in the same memory.
 * @param shape of these rows: [rows, …]
 * @param first index of the first
 */
export function rowsOf(batch: Float32Array, shape: readonly number[], first: number): TensorBuffer {
  const [rows, ...row] = shape as [number, ...number[]];
  const size = row.reduce((product, dimension) => product * dimension, 1);
  return { type: "float32", shape, data: batch.subarray(first * size, (first + rows) * size) };
}

/** What one run of a model reads and writes. */
export interface BoundTensors {
  readonly inputs: TensorBuffers;
  readonly outputs: TensorBuffers;
}

export interface SessionOptions {
  /**
   * Threads used inside one operator; default: the environment variable `VAEKIT_THREADS`, else the machine's
   * cores. Results repeat bit for bit with the same number of threads on the same kind of processor; another
   * number may round matrix products differently. The WebAssembly engine has one number of threads for all sessions,
   * fixed when its module is loaded: it checks what is asked for here, and does not follow it.
   */
  readonly threads?: number;
  /** How many parts `bindTogether` is to be given, among which the threads are then divided; default 1. */
  readonly parts?: number;
  /** From `startHelpers`, for the parts that the caller does not run itself; default: some that all sessions share. */
  readonly helpers?: readonly Helper[];
}

/** An ONNX engine: turns a serialized model into something that runs. */
export interface Runtime {
  /** Recorded in every run directory, e.g. `onnxruntime-node (native)`. */
  readonly name: string;
  /** Of ONNX Runtime. */
  readonly version: string;
  /**
   * How many parts of a batch it runs at the same time; a training step is divided into no more. Absent: no
   * limit; parts run one after another if there are fewer threads.
   */
  readonly partsAtOnce?: number;
  /**
   * Starts threads that run parts of bindings and may help with other work in between, in memory shared with them. They
   * are the caller's to end.
   * @param most fewer are started where there are not so many threads to use, and none where runs would work on copies
   *   of shared memory
   * @param threads in all, the caller's included; default as in {@link SessionOptions}
   */
  startHelpers(most: number, threads?: number): Promise<readonly Helper[]>;
  /**
   * @param model a serialized ONNX `ModelProto`.
   * @throws ConfigError if the number of threads is not a positive integer.
   * @throws VaekitError with the engine's message if it does not take the model.
   */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
  /** An accelerator that training steps run on; all else runs on the processor. Absent: they run there, too. */
  readonly device?: Device;
}

/** An accelerator, which has memory of its own. */
export interface Device {
  readonly name: string;
  /** Whether it is used only where a few steps are faster on it than on the processor. */
  readonly onlyIfFaster: boolean;
  /**
   * @param kept names of outputs that stay in the accelerator's memory
   * @throws VaekitError if there is no accelerator, or it does not take the model.
   */
  createSession(model: Uint8Array, kept?: ReadonlySet<string>): Promise<DeviceSession>;
}

/** A tensor in an accelerator's memory. */
export interface DeviceTensor {
  readonly device: true;
  dispose(): void;
}

/** A model on an accelerator. */
export interface DeviceSession {
  readonly inputNames: readonly string[];
  /**
   * @returns outputs by name: a tensor for those that stay on the accelerator, values for the others
   * @throws VaekitError if the engine fails
   */
  run(
    inputs: Readonly<Record<string, TensorBuffer | DeviceTensor>>,
  ): Promise<Record<string, DeviceTensor | TensorBuffer["data"]>>;
  dispose(): Promise<void>;
}

/** The same engine with another number of threads where none is asked for; 0: as it is. */
export function withThreads(runtime: Runtime, threads: number): Runtime {
  if (threads === 0) return runtime;
  return {
    ...runtime,
    createSession: (model, options) => runtime.createSession(model, { threads, ...options }),
    startHelpers: (most) => runtime.startHelpers(most, threads),
  };
}

export interface Session {
  /** Used inside one operator, or by all parts together. */
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Ties buffers to all of the model's inputs and to any subset of its outputs. The buffers are read and written
   * in place by every `run`, so a training step binds once and then only fills memory. Their shapes decide the
   * dimensions that the model leaves open.
   * A buffer's memory must not be detached or resized while bound (growing a WebAssembly memory detaches its
   * views), and an output's memory must not overlap any other's.
   * @throws VaekitError that names the first buffer that does not suit the model.
   */
  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding;
  /**
   * Ties several sets of buffers at once, each as {@link bind} does: a run is one of the model for each, all at the same
   * time where the engine can and has the threads for it, otherwise one after another, with the same results. They may
   * share inputs.
   * @throws VaekitError that names the first buffer that does not suit the model, or the outputs that share memory.
   */
  bindTogether(parts: readonly BoundTensors[]): Binding;
  /** Frees the session and its bindings, once runs that are under way are over. Further calls do nothing. */
  dispose(): Promise<void>;
}

export interface Binding {
  /**
   * Reads the bound inputs, computes, and has written the bound outputs when the promise resolves.
   * In Node the thread is blocked meanwhile: where something else must stay responsive, use a worker thread.
   * @throws VaekitError if the engine fails, after `dispose`, while another run is under way, or if bound memory was
   *   detached or resized.
   */
  run(): Promise<void>;
  /** Lets go of the buffers. Further calls do nothing. */
  dispose(): void;
}
