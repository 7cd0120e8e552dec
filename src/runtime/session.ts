/** Element types that cross the boundary between vaekit and an ONNX engine. */
export type ElementType = "float32" | "float64" | "int32" | "int64" | "uint8" | "bool";

/** Memory that holds one tensor in row-major order. `bool` is one byte an element. */
export interface TensorBuffer {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;
}

export type TensorBuffers = Readonly<Record<string, TensorBuffer>>;

export interface SessionOptions {
  /** Threads used inside one operator; default: the machine's cores. */
  readonly threads?: number;
}

/** An ONNX engine: turns a serialized model into something that runs. */
export interface Runtime {
  /** Recorded in every run directory, e.g. `onnxruntime-node (native)`. */
  readonly name: string;
  readonly version: string;
  /** @param model a serialized ONNX `ModelProto`. */
  createSession(model: Uint8Array, options?: SessionOptions): Promise<Session>;
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Ties buffers to the model's inputs and to any subset of its outputs. The buffers are read and written
   * in place by every `run`, so a training step binds once and then only fills memory.
   * A buffer's memory must not be detached or resized while bound.
   */
  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding;
  dispose(): Promise<void>;
}

export interface Binding {
  /** Reads the bound inputs, computes, and has written the bound outputs when the promise resolves. */
  run(): Promise<void>;
  dispose(): void;
}
