import { constant } from "./build.ts";
import { type OperatorName, sizeOf, type Tensor } from "./node.ts";

/** Arithmetic on numbers, for operators whose result is uniform when their inputs are. */
export const arithmetic: Partial<Record<OperatorName, (...values: number[]) => number>> = {
  Neg: (a) => -a!,
  Abs: (a) => Math.abs(a!),
  Exp: (a) => Math.exp(a!),
  Log: (a) => Math.log(a!),
  Sqrt: (a) => Math.sqrt(a!),
  Reciprocal: (a) => 1 / a!,
  Add: (a, b) => a! + b!,
  Sub: (a, b) => a! - b!,
  Mul: (a, b) => a! * b!,
  Div: (a, b) => a! / b!,
  Pow: (a, b) => a! ** b!,
  Max: (a, b) => Math.max(a!, b!),
  Min: (a, b) => Math.min(a!, b!),
};

const movesOnly = new Set<OperatorName>([
  "Reshape",
  "Expand",
  "Transpose",
  "Slice",
  "ReduceMax",
  "ReduceMean",
]);

/** The number that fills a tensor, if it is a uniform constant. */
export function uniformValue(node: Tensor): number | undefined {
  if (node.operator !== "Constant") return undefined;
  const { value } = node.attributes;
  return typeof value === "number" ? value : undefined;
}

/**
 * Constant folding for uniform constants, the only ones that differentiation and broadcasting produce.
 * Arithmetic is float64; the result is rounded once, when the model is emitted.
 */
export function fold(node: Tensor): Tensor | undefined {
  if (node.type !== "float32" || node.inputs.length === 0) return undefined;
  const values = node.inputs.map(uniformValue);
  if (!values.every((value) => value !== undefined)) return undefined;
  const compute = arithmetic[node.operator];
  if (compute) return constant(compute(...values), node.shape);
  if (movesOnly.has(node.operator)) return constant(values[0]!, node.shape);
  if (node.operator === "ReduceSum")
    return constant((values[0]! * sizeOf(node.inputs[0]!.shape)) / sizeOf(node.shape), node.shape);
  return undefined;
}
