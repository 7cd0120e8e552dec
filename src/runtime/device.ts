/** An accelerator through ONNX Runtime's JavaScript interface, which is the same in Node and in browsers. */
import type { InferenceSession, Tensor, TensorConstructor } from "onnxruntime-common";
import { VaekitError } from "../common/errors.ts";
import type { Device, DeviceSession, DeviceTensor, TensorBuffer } from "./session.ts";

/** The parts of onnxruntime-node and onnxruntime-web that are used here. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** `OrtLoggingLevel`: a failed call throws with the same message, so nothing is lost. */
const ORT_LOGGING_LEVEL_FATAL = 4;

class KeptTensor implements DeviceTensor {
  readonly device = true;
  // Private, because printing it would print the engine.
  readonly #tensor: Tensor;

  constructor(tensor: Tensor) {
    this.#tensor = tensor;
  }

  get tensor(): Tensor {
    return this.#tensor;
  }

  dispose(): void {
    this.#tensor.dispose();
  }
}

/** WebGPU, by the engine's execution provider of that name. @param load once, when it is first needed */
export function webgpuDevice(load: () => Promise<OnnxRuntime>, onlyIfFaster: boolean): Device {
  let loading: Promise<OnnxRuntime> | undefined;
  return {
    name: "webgpu",
    onlyIfFaster,
    async createSession(model, kept = new Set()): Promise<DeviceSession> {
      loading ??= load();
      const { InferenceSession, Tensor } = await loading;
      const session = await InferenceSession.create(model, {
        executionProviders: ["webgpu"],
        logSeverityLevel: ORT_LOGGING_LEVEL_FATAL,
        preferredOutputLocation: Object.fromEntries([...kept].map((name) => [name, "gpu-buffer"] as const)),
      }).catch(rethrow);
      return {
        inputNames: session.inputNames,
        async run(inputs) {
          const feeds = Object.fromEntries(
            Object.entries(inputs).map(([name, value]) => [
              name,
              value instanceof KeptTensor ? value.tensor : hostTensor(Tensor, value as TensorBuffer),
            ]),
          );
          const outputs = await session.run(feeds).catch(rethrow);
          return Object.fromEntries(
            Object.entries(outputs).map(([name, tensor]) => [
              name,
              kept.has(name) ? new KeptTensor(tensor) : (tensor.data as TensorBuffer["data"]),
            ]),
          );
        },
        dispose: () => session.release(),
      };
    },
  };
}

function hostTensor(Tensor: TensorConstructor, { type, data, shape }: TensorBuffer): Tensor {
  return new Tensor(type, data as never, shape) as Tensor;
}

function rethrow(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw new VaekitError(`ONNX Runtime: ${message.trim()}`, { cause: error });
}
