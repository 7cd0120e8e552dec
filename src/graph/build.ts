import {
  type ElementType,
  type OperatorName,
  type Operators,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from "./node.ts";
import { signatures } from "./operators.ts";

/** A tensor, or a number that broadcasts as a scalar constant. */
export type Operand = Tensor | number;

/**
 * The only way to make a node: infers its shape and type at the line that builds it.
 * @throws {ShapeError} naming the operator, when the inputs are incompatible.
 */
export function makeNode<K extends OperatorName>(
  operator: K,
  attributes: Operators[K],
  inputs: readonly Tensor[] = [],
): Tensor {
  try {
    const { shape, type } = signatures[operator](attributes, inputs);
    for (const dimension of shape)
      if (!Number.isInteger(dimension) || dimension < 1)
        throw new ShapeError(`dimension ${dimension} is not a positive integer`);
    return { operator, attributes, inputs, shape, type } as Tensor;
  } catch (error) {
    if (error instanceof ShapeError) throw new ShapeError(`${operator}: ${error.message}`);
    throw error;
  }
}

export function input(name: string, shape: Shape, type: ElementType = "float32"): Tensor {
  return makeNode("Input", { name, shape, type });
}

/** @param value row-major values, or one number that fills the shape */
export function constant(
  value: number | readonly number[],
  shape: Shape = typeof value === "number" ? [] : [value.length],
  type: ElementType = "float32",
): Tensor {
  return makeNode("Constant", { value, shape, type });
}

function tensor(operand: Operand, like?: Operand): Tensor {
  if (typeof operand !== "number") return operand;
  return constant(operand, [], typeof like === "object" && like.type === "int64" ? "int64" : "float32");
}

type Unary = "StopGradient" | "Neg" | "Abs" | "Sign" | "Exp" | "Log" | "Sqrt" | "Reciprocal" | "Erf" | "Sin";
type MoreUnary = "Cos" | "Sigmoid" | "Tanh" | "Softplus" | "SumSoftplus" | "Relu" | "Not" | "IsNaN";
type Binary = "Add" | "Sub" | "Mul" | "Div" | "Pow" | "Max" | "Min" | "And" | "Or";
type Comparison = "Less" | "LessOrEqual" | "Greater" | "GreaterOrEqual" | "Equal";

const unary = (operator: Unary | MoreUnary) => (x: Tensor) => makeNode(operator, {}, [x]);
const binary = (operator: Binary | Comparison) => (a: Operand, b: Operand) =>
  makeNode(operator, {}, [tensor(a, b), tensor(b, a)]);

/** The value itself, with gradient zero. */
export const stopGradient = unary("StopGradient");
export const neg = unary("Neg");
export const abs = unary("Abs");
export const sign = unary("Sign");
export const exp = unary("Exp");
export const log = unary("Log");
export const sqrt = unary("Sqrt");
export const reciprocal = unary("Reciprocal");
export const erf = unary("Erf");
export const sin = unary("Sin");
export const cos = unary("Cos");
export const sigmoid = unary("Sigmoid");
export const tanh = unary("Tanh");
/** ln(1 + eˣ), without overflow. */
export const softplus = unary("Softplus");
/** Σ ln(1 + eˣ) over the last axis, each term accurate to about 1e-7: much faster than a sum of softplus. */
export const sumSoftplus = unary("SumSoftplus");
export const relu = unary("Relu");
export const not = unary("Not");
/** Whether each value is not a number: false for infinities. */
export const notANumber = unary("IsNaN");

export const add = binary("Add");
export const sub = binary("Sub");
export const mul = binary("Mul");
export const div = binary("Div");
export const pow = binary("Pow");
export const max = binary("Max");
export const min = binary("Min");
export const and = binary("And");
export const or = binary("Or");
export const less = binary("Less");
export const lessOrEqual = binary("LessOrEqual");
export const greater = binary("Greater");
export const greaterOrEqual = binary("GreaterOrEqual");
export const equal = binary("Equal");

export function elu(x: Tensor, alpha = 1): Tensor {
  return makeNode("Elu", { alpha }, [x]);
}

export function leakyRelu(x: Tensor, alpha = 0.01): Tensor {
  return makeNode("LeakyRelu", { alpha }, [x]);
}

/** max(0, min(1, alpha·x + beta)) */
export function hardSigmoid(x: Tensor, alpha: number, beta: number): Tensor {
  return makeNode("HardSigmoid", { alpha, beta }, [x]);
}

export function cast(x: Tensor, to: ElementType): Tensor {
  return x.type === to ? x : makeNode("Cast", { to }, [x]);
}

export function where(condition: Tensor, then: Operand, otherwise: Operand): Tensor {
  return makeNode("Where", {}, [condition, tensor(then, otherwise), tensor(otherwise, then)]);
}

/** op(a)·op(b) + c for matrices; c broadcasts. Transposing here costs nothing, a Transpose node does. */
export function gemm(
  a: Tensor,
  b: Tensor,
  c?: Tensor,
  { transA = false, transB = false }: { transA?: boolean; transB?: boolean } = {},
): Tensor {
  return makeNode("Gemm", { transA, transB }, c ? [a, b, c] : [a, b]);
}

/** Matrix product over the last two axes; the axes before them broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return makeNode("MatMul", {}, [a, b]);
}

function reduce(operator: "ReduceSum" | "ReduceMean" | "ReduceMax") {
  return (x: Tensor, axes?: readonly number[], keepDimensions = false): Tensor => {
    const all = x.shape.map((_, axis) => axis);
    const fromStart = (axis: number) => (axis < 0 && -axis <= all.length ? axis + all.length : axis);
    const chosen = axes?.map(fromStart).sort((a, b) => a - b);
    return makeNode(operator, { axes: chosen ?? all, keepDimensions }, [x]);
  };
}

/** Sum over the axes (negative ones count from the end; all if none are named). */
export const reduceSum = reduce("ReduceSum");
export const reduceMean = reduce("ReduceMean");
export const reduceMax = reduce("ReduceMax");

export function softmax(x: Tensor, axis = x.shape.length - 1): Tensor {
  return makeNode("Softmax", { axis }, [x]);
}

export function logSoftmax(x: Tensor, axis = x.shape.length - 1): Tensor {
  return makeNode("LogSoftmax", { axis }, [x]);
}

/** One dimension may be −1: it is inferred from the others. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = shape.reduce((product, dimension) => (dimension === -1 ? product : product * dimension), 1);
  const resolved = shape.map((dimension) => (dimension === -1 ? sizeOf(x.shape) / known : dimension));
  return makeNode("Reshape", { shape: resolved }, [x]);
}

/** Broadcasts to a shape. */
export function expand(x: Tensor, shape: Shape): Tensor {
  return makeNode("Expand", { shape }, [x]);
}

export function transpose(x: Tensor, permutation: readonly number[]): Tensor {
  return makeNode("Transpose", { permutation }, [x]);
}

export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  return makeNode("Concat", { axis }, tensors);
}

/** Elements start ≤ i < end along one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number): Tensor {
  return makeNode("Slice", { axis, start, end }, [x]);
}

/** Cuts a tensor into consecutive parts of the given lengths along one axis. */
export function split(x: Tensor, axis: number, lengths: readonly number[]): Tensor[] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return slice(x, axis, start - length, start);
  });
}

/** Zeros before and after, along one axis. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  return makeNode("Pad", { axis, before, after }, [x]);
}

/** Slices of data along an axis, in the order of int64 indices of any rank. */
export function gather(data: Tensor, indices: Tensor, axis = 0): Tensor {
  return makeNode("Gather", { axis }, [data, indices]);
}

/** Adds each update to data where {@link gather} along the axis would have read; repeated indices add up. */
export function scatterAdd(data: Tensor, indices: Tensor, updates: Tensor, axis = 0): Tensor {
  return makeNode("ScatterAdd", { axis }, [data, indices, updates]);
}
