import { VaekitError } from "../common/errors.ts";
import { type BoundBuffer, boundBuffers, checkAttached } from "./buffers.ts";
import type { BoundTensors, TensorBuffer, TensorBuffers } from "./session.ts";
import { allocate, check, lastError, type OrtModule } from "./web-api.ts";
import { ELEMENT_NUMBERS, type LoadedModel } from "./web-model.ts";

/** `DataLocation` of onnxruntime-web: in the engine's memory. */
const CPU = 1;

/** A bound buffer and the address of its copy in the engine's memory. */
interface StagedBuffer {
  readonly name: string;
  readonly buffer: TensorBuffer;
  readonly address: number;
}

/** What a run is called with, in the engine's memory: tensors made once, whose values are copied at every run. */
export class WebRun {
  private readonly inputs: readonly StagedBuffer[];
  private readonly outputs: readonly StagedBuffer[];
  readonly #model: LoadedModel;
  readonly #buffers: readonly BoundBuffer[];
  readonly #tensors: number[] = [];
  readonly #allocations: number[] = [];
  readonly #inputArguments: readonly [names: number, values: number];
  readonly #outputArguments: readonly [names: number, values: number];

  constructor(model: LoadedModel, { inputs, outputs }: BoundTensors) {
    this.#model = model;
    this.#buffers = boundBuffers(inputs, outputs);
    try {
      this.inputs = this.#stage(inputs);
      this.outputs = this.#stage(outputs);
      this.#inputArguments = this.#arguments(this.inputs);
      this.#outputArguments = this.#arguments(this.outputs);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  run(): void {
    this.begin()();
  }

  /**
   * Begins a run, on the engine's own thread if it has one.
   * @returns waits until it is over, and throws a VaekitError with the engine's message if it failed
   * @throws VaekitError if bound memory was detached or resized
   */
  begin(): () => void {
    this.#upload();
    const { engine } = this.#model;
    const values = this.#runArguments();
    const wait = engine.begin?.("_OrtRun", values) ?? (() => engine.ort._OrtRun(...values) as number);
    return () => {
      let code: number;
      try {
        code = wait();
      } catch (cause) {
        throw new VaekitError(`ONNX Runtime: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
      check(engine.ort, engine.memory, code);
      this.#download();
    };
  }

  #upload(): void {
    checkAttached(this.#buffers);
    const heap = new Uint8Array(this.#model.engine.memory.buffer);
    for (const { buffer, address } of this.inputs) heap.set(bytesOf(buffer), address);
  }

  #runArguments(): Parameters<OrtModule["_OrtRun"]> {
    const [inputNames, inputValues] = this.#inputArguments;
    const [outputNames, outputValues] = this.#outputArguments;
    return [
      this.#model.handle,
      inputNames,
      inputValues,
      this.inputs.length,
      outputNames,
      this.outputs.length,
      outputValues,
      0,
    ];
  }

  #download(): void {
    const { buffer: memory } = this.#model.engine.memory;
    for (const { buffer, address } of this.outputs) {
      bytesOf(buffer).set(new Uint8Array(memory, address, buffer.data.byteLength));
    }
  }

  release(): void {
    const { ort } = this.#model.engine;
    for (const tensor of this.#tensors.splice(0)) ort._OrtReleaseTensor(tensor);
    for (const address of this.#allocations.splice(0)) ort._free(address);
  }

  #stage(buffers: TensorBuffers): StagedBuffer[] {
    return Object.entries(buffers).map(([name, buffer]) => ({
      name,
      buffer,
      address: this.#allocate(buffer.data.byteLength),
    }));
  }

  #arguments(staged: readonly StagedBuffer[]): [names: number, values: number] {
    const { nameAddresses } = this.#model;
    const tensors = staged.map(({ buffer, address }) => this.#createTensor(buffer, address));
    return [this.#words(staged.map(({ name }) => nameAddresses.get(name)!)), this.#words(tensors)];
  }

  #createTensor({ type, shape, data }: TensorBuffer, address: number): number {
    const { ort, memory } = this.#model.engine;
    const dimensions = this.#words(shape);
    const number = ELEMENT_NUMBERS[type];
    const tensor = ort._OrtCreateTensor(number, address, data.byteLength, dimensions, shape.length, CPU);
    if (tensor === 0) throw lastError(ort, memory);
    this.#tensors.push(tensor);
    return tensor;
  }

  #words(values: readonly number[]): number {
    const at = this.#allocate(4 * values.length);
    new Uint32Array(this.#model.engine.memory.buffer).set(values, at / 4);
    return at;
  }

  #allocate(bytes: number): number {
    const address = allocate(this.#model.engine.ort, bytes);
    this.#allocations.push(address);
    return address;
  }
}

function bytesOf({ data }: TensorBuffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
