/**
 * Arithmetic on stored weights alone, done when a plain file is written: readers that know an operator on a value and a
 * constant often do not know it on two constants, such as the variance of a batch normalisation and its ε.
 */
import { arithmetic } from "../graph/fold.ts";
import { isFixed, type SymbolicTensor } from "./symbolic.ts";

const elementwise: typeof arithmetic = {
  ...arithmetic,
  Relu: (a) => Math.max(a!, 0),
  Sigmoid: (a) => 1 / (1 + Math.exp(-a!)),
  Tanh: (a) => Math.tanh(a!),
};

/** Values in row-major order, each rounded to single precision. */
export interface Stored {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/**
 * What a node computes of stored values alone; undefined where it reads anything else, or is not arithmetic.
 * @param inputs what its inputs are
 */
export function storedValue(
  node: SymbolicTensor,
  inputs: readonly (Stored | undefined)[],
  weights: Readonly<Record<string, Float32Array>>,
): Stored | undefined {
  const { shape } = node;
  if (node.type !== "float32" || !isFixed(shape)) return undefined;
  const size = shape.reduce((product, length) => product * length, 1);
  if (node.operator === "Input") {
    const values = weights[node.attributes.name];
    return values && { values, shape };
  }
  if (node.operator === "Constant") {
    const { value } = node.attributes;
    return {
      values: typeof value === "number" ? new Float32Array(size).fill(value) : Float32Array.from(value),
      shape,
    };
  }
  if (!inputs.every((each) => each !== undefined)) return undefined;
  if (node.operator === "Reshape") return { values: inputs[0]!.values, shape };
  const compute = elementwise[node.operator];
  if (!compute) return undefined;
  const values = Float32Array.from({ length: size }, (_, at) =>
    compute(...inputs.map((operand) => operand.values[indexIn(operand.shape, shape, at)]!)),
  );
  return { values, shape };
}

/** Where the element of a broadcast tensor lies in an operand. @param at in the tensor of shape `whole` */
function indexIn(shape: readonly number[], whole: readonly number[], at: number): number {
  let [index, stride, rest] = [0, 1, at];
  for (let back = 1; back <= whole.length; back++) {
    const place = rest % whole.at(-back)!;
    rest = Math.floor(rest / whole.at(-back)!);
    const length = shape.at(-back);
    if (length === undefined || back > shape.length) continue;
    if (length > 1) index += place * stride;
    stride *= length;
  }
  return index;
}
