/** ONNX Runtime through onnxruntime-node's own binding: works wherever that package does, but copies outputs. */
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { VaekitError } from "../common/errors.ts";
import { type BoundBuffer, boundBuffers, checkAttached, checkBuffers, type Signature } from "./buffers.ts";
import { type BoundPart, JointBinding } from "./joint-binding.ts";
import type {
  Binding,
  BoundTensors,
  ElementType,
  Runtime,
  Session,
  SessionOptions,
  TensorBuffer,
  TensorBuffers,
} from "./session.ts";
import { SLOW_OPTIMIZERS } from "./slow-optimizers.ts";
import { divideThreads } from "./threads.ts";

type CreateTensor = (buffer: TensorBuffer) => Tensor;

/** `OrtLoggingLevel`: a failed call throws with the same message, so nothing is lost. */
const ORT_LOGGING_LEVEL_FATAL = 4;
const ELEMENT_TYPES: readonly string[] = [
  "float32",
  "float64",
  "int32",
  "int64",
  "uint8",
  "bool",
] satisfies ElementType[];

/**
 * The runtime over onnxruntime-node's binding.
 * @throws Error if the package is missing or has no binary for this platform.
 */
export async function bindingRuntime(): Promise<Runtime> {
  const { InferenceSession, Tensor, env } = await import("onnxruntime-node");
  env.logLevel = "fatal";
  const createTensor: CreateTensor = ({ type, data, shape }) => new Tensor(type, data, shape);
  return {
    name: "onnxruntime-node (binding)",
    version: env.versions.node ?? "unknown",
    startHelpers: async () => [],
    async createSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
      const { threads, each } = divideThreads(options);
      const sessionOptions: InferenceSession.SessionOptions = {
        executionProviders: ["cpu"],
        logSeverityLevel: ORT_LOGGING_LEVEL_FATAL,
        graphOptimizationLevel: "all",
        executionMode: "sequential",
        intraOpNumThreads: each,
        interOpNumThreads: 1,
        enableMemPattern: true,
        enableCpuMemArena: true,
        // Threads of a session that is not running would take the cores from the one that is.
        extra: {
          session: { force_spinning_stop: "1" },
          optimization: { disable_specified_optimizers: SLOW_OPTIMIZERS },
        },
      };
      const session = await InferenceSession.create(model, sessionOptions).catch(rethrow);
      return new BindingSession(session, createTensor, threads);
    },
  };
}

function rethrow(error: Error): never {
  throw new VaekitError(`ONNX Runtime: ${error.message.trim()}`, { cause: error });
}

function readSignature(session: InferenceSession): Signature {
  const read = (value: InferenceSession.ValueMetadata) => ({
    name: value.name,
    type: value.isTensor
      ? (ELEMENT_TYPES.find((type) => type === value.type) as ElementType | undefined)
      : undefined,
    shape: value.isTensor ? value.shape.map((size) => (typeof size === "number" ? size : undefined)) : [],
  });
  return { inputs: session.inputMetadata.map(read), outputs: session.outputMetadata.map(read) };
}

class BindingSession implements Session {
  readonly threads: number;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #session: InferenceSession;
  readonly #createTensor: CreateTensor;
  readonly #signature: Signature;
  readonly #bindings = new Set<JointBinding>();
  #disposed = false;

  constructor(session: InferenceSession, createTensor: CreateTensor, threads: number) {
    this.threads = threads;
    this.#session = session;
    this.#createTensor = createTensor;
    this.#signature = readSignature(session);
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  bind(inputs: TensorBuffers, outputs: TensorBuffers): Binding {
    return this.bindTogether([{ inputs, outputs }]);
  }

  bindTogether(parts: readonly BoundTensors[]): Binding {
    if (this.#disposed) throw new VaekitError("the session was disposed; create another");
    checkBuffers(this.#signature, parts);
    const bound = parts.map((part) => new CopyingPart(this.#session, this.#createTensor, part));
    return new JointBinding(bound, this.#bindings);
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.all(Array.from(this.#bindings, (binding) => binding.end()));
    await this.#session.release();
  }
}

class CopyingPart implements BoundPart {
  readonly #session: InferenceSession;
  readonly #inputs: StagedTensors;
  readonly #outputs: StagedTensors;
  readonly #buffers: readonly BoundBuffer[];

  constructor(session: InferenceSession, createTensor: CreateTensor, { inputs, outputs }: BoundTensors) {
    this.#session = session;
    this.#inputs = new StagedTensors(createTensor, inputs);
    this.#outputs = new StagedTensors(createTensor, outputs);
    this.#buffers = boundBuffers(inputs, outputs);
  }

  async run(): Promise<void> {
    checkAttached(this.#buffers);
    this.#inputs.upload();
    await this.#session.run(this.#inputs.tensors, this.#outputs.tensors).catch(rethrow);
    this.#outputs.download();
  }

  /** The tensors go with the garbage. */
  release(): void {}
}

type Data = TensorBuffer["data"];

/** Tensors over the caller's memory, or over a private copy of shared memory, which onnxruntime-node rejects. */
class StagedTensors {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly #copies: { readonly original: Data; readonly copy: Data }[] = [];

  constructor(createTensor: CreateTensor, buffers: TensorBuffers) {
    this.tensors = Object.fromEntries(
      Object.entries(buffers).map(([name, buffer]) => {
        if (!(buffer.data.buffer instanceof SharedArrayBuffer)) return [name, createTensor(buffer)];
        const copy = buffer.data.slice();
        this.#copies.push({ original: buffer.data, copy });
        return [name, createTensor({ ...buffer, data: copy })];
      }),
    );
  }

  upload(): void {
    for (const { original, copy } of this.#copies) transfer(original, copy);
  }

  download(): void {
    for (const { original, copy } of this.#copies) transfer(copy, original);
  }
}

function transfer(from: Data, to: Data): void {
  const bytes = (view: Data) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  bytes(to).set(bytes(from));
}
