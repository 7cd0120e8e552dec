/** Loads models into the WebAssembly engine and reads what they take and give. */
import type { Signature, ValueSignature } from "./buffers.ts";
import type { ElementType } from "./session.ts";
import { SLOW_OPTIMIZERS } from "./slow-optimizers.ts";
import {
  allocate,
  allocateText,
  check,
  lastError,
  ORT_LOGGING_LEVEL_FATAL,
  readWord,
  type WebEngine,
} from "./web-api.ts";

const ORT_ENABLE_ALL = 99;
const ORT_SEQUENTIAL = 0;
/** `ONNXTensorElementDataType` */
export const ELEMENT_NUMBERS: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
};

/** A model that an engine has loaded: its number there, what it takes and gives, and where its names lie. */
export interface LoadedModel {
  readonly engine: WebEngine;
  readonly handle: number;
  readonly signature: Signature;
  readonly nameAddresses: ReadonlyMap<string, number>;
}

/** @throws VaekitError with the engine's message if it does not take the model. */
export async function loadModel(engine: WebEngine, model: Uint8Array): Promise<LoadedModel> {
  const { ort, memory } = engine;
  const bytes = allocate(ort, model.length);
  new Uint8Array(memory.buffer).set(model, bytes);
  const options = ort._OrtCreateSessionOptions(
    ORT_ENABLE_ALL,
    true,
    true,
    ORT_SEQUENTIAL,
    false,
    0,
    0,
    ORT_LOGGING_LEVEL_FATAL,
    0,
    0,
  );
  try {
    if (options === 0) throw lastError(ort, memory);
    const [key, value] = [
      allocateText(ort, "optimization.disable_specified_optimizers"),
      allocateText(ort, SLOW_OPTIMIZERS),
    ];
    check(ort, memory, ort._OrtAddSessionConfigEntry(options, key, value));
    for (const text of [key, value]) ort._free(text);
    const handle = await ort._OrtCreateSession(bytes, model.length, options);
    if (handle === 0) throw lastError(ort, memory);
    return { engine, handle, ...readSignature(engine, handle) };
  } finally {
    if (options !== 0) ort._OrtReleaseSessionOptions(options);
    ort._free(bytes);
  }
}

export function releaseModel({ engine: { ort }, handle, nameAddresses }: LoadedModel): void {
  ort._OrtReleaseSession(handle);
  for (const address of nameAddresses.values()) ort._OrtFree(address);
}

function readSignature({ ort, memory }: WebEngine, handle: number) {
  const out = allocate(ort, 16);
  check(ort, memory, ort._OrtGetInputOutputCount(handle, out, out + 4));
  const inputCount = readWord(memory, out);
  const nameAddresses = new Map<string, number>();
  const read = (index: number): ValueSignature => {
    check(ort, memory, ort._OrtGetInputOutputMetadata(handle, index, out + 8, out + 12));
    const [nameAddress, description] = [readWord(memory, out + 8), readWord(memory, out + 12)];
    const name = ort.UTF8ToString(nameAddress);
    nameAddresses.set(name, nameAddress);
    const value = readDescription(memory, description);
    ort._OrtFree(description);
    return { name, ...value };
  };
  const all = Array.from({ length: inputCount + readWord(memory, out + 4) }, (_, index) => read(index));
  ort._free(out);
  return { signature: { inputs: all.slice(0, inputCount), outputs: all.slice(inputCount) }, nameAddresses };
}

/** Words: element type (0: no tensor), rank, a size for each dimension, the address of a name or 0 for each dimension. */
function readDescription(memory: WebAssembly.Memory, at: number): Omit<ValueSignature, "name"> {
  const number = readWord(memory, at);
  if (number === 0) return { type: undefined, shape: [] };
  const types = Object.keys(ELEMENT_NUMBERS) as ElementType[];
  const rank = readWord(memory, at + 4);
  const size = (axis: number) =>
    readWord(memory, at + 8 + 4 * (rank + axis)) === 0 ? readWord(memory, at + 8 + 4 * axis) : undefined;
  return {
    type: types.find((type) => ELEMENT_NUMBERS[type] === number),
    shape: Array.from({ length: rank }, (_, axis) => size(axis)),
  };
}
