/** Symbolic tensors: the nodes of a graph. Building a node infers its shape at once, and never computes anything. */

export type Shape = readonly number[];
export type ElementType = "float32" | "int64" | "bool";

/** Attributes of every operator, keyed by its ONNX name where it has one. */
export interface Operators {
  Input: { readonly name: string; readonly shape: Shape; readonly type: ElementType };
  /** Row-major values; one number stands for a tensor filled with it. */
  Constant: { readonly value: number | readonly number[]; readonly shape: Shape; readonly type: ElementType };
  StopGradient: None;

  Neg: None;
  Abs: None;
  Sign: None;
  Exp: None;
  Log: None;
  Sqrt: None;
  Reciprocal: None;
  Erf: None;
  Sin: None;
  Cos: None;
  Sigmoid: None;
  Tanh: None;
  Softplus: None;
  Relu: None;
  Elu: { readonly alpha: number };
  LeakyRelu: { readonly alpha: number };
  /** max(0, min(1, alpha·x + beta)) */
  HardSigmoid: { readonly alpha: number; readonly beta: number };
  Not: None;
  /** Whether a value is not a number. */
  IsNaN: None;
  Cast: { readonly to: ElementType };

  Add: None;
  Sub: None;
  Mul: None;
  Div: None;
  Pow: None;
  Max: None;
  Min: None;
  Less: None;
  LessOrEqual: None;
  Greater: None;
  GreaterOrEqual: None;
  Equal: None;
  And: None;
  Or: None;
  /** condition, then, otherwise */
  Where: None;

  /** op(A)·op(B) (+ C, broadcast), where op transposes if asked; A and B are matrices. */
  Gemm: { readonly transA: boolean; readonly transB: boolean };
  /** Matrix product over the last two axes; the axes before them broadcast. */
  MatMul: None;

  /** x [n, h, w, in], kernel [kh, kw, in, out] (, bias [out]): cross-correlation, as in every deep-learning library. */
  Conv: Window;
  /** y [n, h, w, in], kernel [kh, kw, out, in] (, bias [out]): the adjoint of Conv in its first input, of this size. */
  ConvTranspose: Window & { readonly outputSize: readonly [height: number, width: number] };
  /** x and dy of a Conv: the adjoint of Conv in its kernel, [kh, kw, in, out]. */
  ConvKernelGradient: Window & { readonly kernelSize: readonly [height: number, width: number] };

  ReduceSum: Reduction;
  ReduceMean: Reduction;
  ReduceMax: Reduction;
  /** Σ ln(1 + eˣ) over the last axis, each term accurate to about 1e-7: much faster than a sum of Softplus. */
  SumSoftplus: None;
  Softmax: { readonly axis: number };
  LogSoftmax: { readonly axis: number };

  Reshape: { readonly shape: Shape };
  Expand: { readonly shape: Shape };
  Transpose: { readonly permutation: readonly number[] };
  Concat: { readonly axis: number };
  /** Elements start ≤ i < end along one axis. */
  Slice: { readonly axis: number; readonly start: number; readonly end: number };
  /** Zeros before and after, along one axis. */
  Pad: { readonly axis: number; readonly before: number; readonly after: number };
  /** data, indices (int64): slices of data along an axis, in the order of indices of any rank. */
  Gather: { readonly axis: number };
  /** data, indices, updates: adds each update where Gather along the axis would have read. */
  ScatterAdd: { readonly axis: number };
}

type None = Readonly<Record<never, never>>;
/** How a kernel moves over an image: rows first, then columns. */
export interface Window {
  readonly strides: readonly [number, number];
  /** Zeros around the image: top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
  /** Distance between the pixels that neighbouring kernel elements read. */
  readonly dilations: readonly [number, number];
}
interface Reduction {
  readonly axes: readonly number[];
  readonly keepDimensions: boolean;
}

export type OperatorName = keyof Operators;

/** One symbolic value: the result of an operator applied to other values. Immutable. */
export type Tensor<K extends OperatorName = OperatorName> = {
  readonly [N in K]: {
    readonly operator: N;
    readonly attributes: Operators[N];
    readonly inputs: readonly Tensor[];
    readonly shape: Shape;
    readonly type: ElementType;
  };
}[K];

/** A set of named results; the nodes they depend on are reached through their inputs. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Tensor>>;
}

/** A node was built from tensors with incompatible shapes or types. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** All nodes the roots depend on, inputs before their users, each once. */
export function topologicalOrder(roots: readonly Tensor[]): Tensor[] {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { node: Tensor; next: number }[] = [];
  const push = (node: Tensor) => {
    if (!seen.has(node)) {
      seen.add(node);
      stack.push({ node, next: 0 });
    }
  };
  for (const root of roots) {
    push(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const input = top.node.inputs[top.next++];
      if (input) push(input);
      else {
        order.push(top.node);
        stack.pop();
      }
    }
  }
  return order;
}
