/** What a model takes and gives, and whether buffers suit it: the checks that all runtimes share. */
import { VaekitError } from "../common/errors.ts";
import type { BoundTensors, ElementType, TensorBuffer, TensorBuffers } from "./session.ts";

export interface ValueSignature {
  readonly name: string;
  /** undefined: a type that vaekit does not handle. */
  readonly type: ElementType | undefined;
  /** undefined stands for a dimension that only the bound buffer tells. Engines give [] for an unknown rank too. */
  readonly shape: readonly (number | undefined)[];
}

export interface Signature {
  readonly inputs: readonly ValueSignature[];
  readonly outputs: readonly ValueSignature[];
}

const ARRAY_TYPE = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/**
 * Checks the buffers of runs that are under way at the same time: that every input and at least one output is bound, each
 * to memory of the model's type and shape, and that no output shares memory with anything else: an engine may write it
 * while it still reads the rest.
 * @throws VaekitError that names the first value at fault.
 */
export function checkBuffers(signature: Signature, parts: readonly BoundTensors[]): void {
  if (parts.length === 0) throw new VaekitError("nothing is bound; bind the buffers of at least one run");
  for (const part of parts) checkPart(signature, part);
  checkOverlap(parts);
}

function checkPart(signature: Signature, { inputs, outputs }: BoundTensors): void {
  checkSide("input", signature.inputs, inputs);
  checkSide("output", signature.outputs, outputs);
  const unbound = signature.inputs.find(({ name }) => !Object.hasOwn(inputs, name));
  if (unbound) throw new VaekitError(`input "${unbound.name}" is not bound; bind every input of the model`);
  if (Object.keys(outputs).length === 0) {
    throw new VaekitError(`no output is bound; bind at least one of ${listNames(signature.outputs)}`);
  }
}

function checkSide(side: string, values: readonly ValueSignature[], buffers: TensorBuffers): void {
  for (const [name, buffer] of Object.entries(buffers)) {
    const value = values.find((candidate) => candidate.name === name);
    if (!value) throw new VaekitError(`the model has no ${side} "${name}"; it has ${listNames(values)}`);
    checkBuffer(`${side} "${name}"`, value, buffer);
  }
}

function checkBuffer(label: string, value: ValueSignature, { type, shape, data }: TensorBuffer): void {
  if (type !== value.type) {
    const expected = value.type ?? "a type that vaekit does not handle";
    throw new VaekitError(`${label} is bound as ${type}; the model declares ${expected}`);
  }
  const arrayType = ARRAY_TYPE[type];
  if (!(data instanceof arrayType)) {
    const seen = Object.prototype.toString.call(data).slice(8, -1);
    throw new VaekitError(`${label} of type ${type} has its data in a ${seen}; use a ${arrayType.name}`);
  }
  if (!shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
    throw new VaekitError(`${label} has shape [${shape}]; dimensions must be non-negative integers`);
  }
  if (!fits(shape, value.shape)) {
    const declared = value.shape.map((dimension) => dimension ?? "?");
    throw new VaekitError(`${label} has shape [${shape}]; the model declares [${declared}]`);
  }
  const bytes = shape.reduce((product, dimension) => product * dimension, arrayType.BYTES_PER_ELEMENT);
  if (data.byteLength !== bytes) {
    throw new VaekitError(
      `${label} has a buffer of ${data.byteLength} bytes; shape [${shape}] of ${type} needs ${bytes}`,
    );
  }
}

function fits(shape: readonly number[], declared: ValueSignature["shape"]): boolean {
  if (declared.length === 0) return true;
  return (
    shape.length === declared.length &&
    declared.every((dimension, axis) => dimension === undefined || dimension === shape[axis])
  );
}

function checkOverlap(parts: readonly BoundTensors[]): void {
  const all = parts.flatMap(({ inputs, outputs }) => boundBuffers(inputs, outputs));
  const writers = all.filter(({ isOutput }) => isOutput);
  for (const writer of writers) {
    const other = all.find((buffer) => buffer !== writer && overlap(writer.data, buffer.data));
    if (other) {
      throw new VaekitError(`${writer.label} and ${other.label} share memory; give every output its own`);
    }
  }
}

/** A bound buffer and the size it had when it was bound. */
export interface BoundBuffer {
  readonly label: string;
  readonly isOutput: boolean;
  readonly data: TensorBuffer["data"];
  readonly byteLength: number;
}

export function boundBuffers(inputs: TensorBuffers, outputs: TensorBuffers): readonly BoundBuffer[] {
  const list = (side: "input" | "output", buffers: TensorBuffers) =>
    Object.entries(buffers).map(([name, { data }]) => ({
      label: `${side} "${name}"`,
      isOutput: side === "output",
      data,
      byteLength: data.byteLength,
    }));
  return [...list("input", inputs), ...list("output", outputs)];
}

/**
 * Checks that all memory is still where it was when it was bound.
 * @throws VaekitError after a transfer to another thread, a `WebAssembly.Memory.grow` or a resize.
 */
export function checkAttached(buffers: readonly BoundBuffer[]): void {
  for (const { label, data, byteLength } of buffers) {
    if (data.byteLength !== byteLength) {
      throw new VaekitError(
        `the memory of ${label} was detached or resized while bound; bind again after that`,
      );
    }
  }
}

function overlap(a: TensorBuffer["data"], b: TensorBuffer["data"]): boolean {
  return (
    a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength &&
    b.byteOffset < a.byteOffset + a.byteLength
  );
}

function listNames(values: readonly ValueSignature[]): string {
  return values.map(({ name }) => `"${name}"`).join(", ") || "none";
}
