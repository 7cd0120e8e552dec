import { DataError } from "../common/errors.ts";
import { type OperatorName, type Shape, sizeOf, type Window } from "../graph/node.ts";
import { convolution, gemm, transposedConvolution } from "./products.ts";
import type { ProgramNode } from "./program.ts";

/** Writes an operator's result into its buffer. */
export type Operation = (operands: readonly Float32Array[]) => void;

type Maker = (node: ProgramNode, shapes: readonly Shape[], out: Float32Array) => Operation;

const unary =
  (compute: (x: number) => number): Maker =>
  (_, __, out) =>
  ([x]) => {
    for (let i = 0; i < out.length; i++) out[i] = compute(x![i]!);
  };

const binary =
  (compute: (a: number, b: number) => number): Maker =>
  ({ shape }, shapes, out) => {
    if (shapes.every((each) => sizeOf(each) === out.length))
      return ([a, b]) => {
        for (let i = 0; i < out.length; i++) out[i] = compute(a![i]!, b![i]!);
      };
    const [atA, atB] = shapes.map((each) => broadcastPositions(each, shape));
    return ([a, b]) => {
      for (let i = 0; i < out.length; i++) out[i] = compute(a![atA![i]!]!, b![atB![i]!]!);
    };
  };

/** Copies by a table of positions. */
const picked = (from: Int32Array, out: Float32Array): Operation => {
  return ([x]) => {
    for (let i = 0; i < out.length; i++) out[i] = x![from[i]!]!;
  };
};

const copy: Maker =
  (_, __, out) =>
  ([x]) =>
    out.set(x!);

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Abramowitz & Stegun 7.1.26 has 1.5e-7: enough for single precision. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}

const reduction =
  (start: number, join: (sum: number, value: number) => number, isMean = false): Maker =>
  ({ attributes }, [shape], out) => {
    const axes = attributes.axes as readonly number[];
    const kept = shape!.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const to = broadcastPositions(kept, shape!);
    const count = isMean ? to.length / out.length : 1;
    return ([x]) => {
      out.fill(start);
      for (let i = 0; i < to.length; i++) out[to[i]!] = join(out[to[i]!]!, x![i]!);
      if (isMean) for (let i = 0; i < out.length; i++) out[i]! /= count;
    };
  };

const softmax =
  (isLog: boolean): Maker =>
  ({ attributes, shape }, _, out) => {
    const axis = attributes.axis as number;
    const inner = sizeOf(shape.slice(axis + 1));
    const length = shape[axis]!;
    return ([x]) => {
      for (let at = 0; at < out.length; at++) {
        if (Math.floor(at / inner) % length !== 0) continue;
        let [greatest, sum] = [Number.NEGATIVE_INFINITY, 0];
        for (let k = 0; k < length; k++) greatest = Math.max(greatest, x![at + k * inner]!);
        for (let k = 0; k < length; k++) sum += Math.exp(x![at + k * inner]! - greatest);
        for (let k = 0; k < length; k++) {
          const log = x![at + k * inner]! - greatest - Math.log(sum);
          out[at + k * inner] = isLog ? log : Math.exp(log);
        }
      }
    };
  };

/** What an inference graph is made of; operators that only gradients use are missing. */
const makers: { readonly [K in OperatorName]?: Maker } = {
  Constant:
    ({ attributes: { value } }, _, out) =>
    () => {
      if (typeof value === "number") out.fill(value);
      else out.set(value as readonly number[]);
    },
  StopGradient: copy,
  Cast: copy,
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Erf: unary(erf),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(Math.tanh),
  Softplus: unary(softplus),
  Relu: unary((x) => (x > 0 ? x : 0)),
  IsNaN: unary((x) => Number(Number.isNaN(x))),
  Not: unary((x) => Number(x === 0)),
  Elu: (node, shapes, out) => {
    const alpha = node.attributes.alpha as number;
    return unary((x) => (x > 0 ? x : alpha * Math.expm1(x)))(node, shapes, out);
  },
  LeakyRelu: (node, shapes, out) => {
    const alpha = node.attributes.alpha as number;
    return unary((x) => (x > 0 ? x : alpha * x))(node, shapes, out);
  },
  HardSigmoid: (node, shapes, out) => {
    const { alpha, beta } = node.attributes as { alpha: number; beta: number };
    return unary((x) => Math.max(0, Math.min(1, alpha * x + beta)))(node, shapes, out);
  },
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Max: binary(Math.max),
  Min: binary(Math.min),
  Less: binary((a, b) => Number(a < b)),
  LessOrEqual: binary((a, b) => Number(a <= b)),
  Greater: binary((a, b) => Number(a > b)),
  GreaterOrEqual: binary((a, b) => Number(a >= b)),
  Equal: binary((a, b) => Number(a === b)),
  And: binary((a, b) => Number(a !== 0 && b !== 0)),
  Or: binary((a, b) => Number(a !== 0 || b !== 0)),
  Where: ({ shape }, shapes, out) => {
    const [condition, then, otherwise] = shapes.map((each) => broadcastPositions(each, shape));
    return ([c, a, b]) => {
      for (let i = 0; i < out.length; i++)
        out[i] = c![condition![i]!]! !== 0 ? a![then![i]!]! : b![otherwise![i]!]!;
    };
  },
  Gemm: ({ attributes, shape }, shapes, out) => {
    const { transA, transB } = attributes as { transA: boolean; transB: boolean };
    const bias = shapes[2] && broadcastPositions(shapes[2], shape);
    const inner = shapes[0]![transA ? 0 : 1]!;
    return ([a, b, c]) => {
      if (bias) for (let i = 0; i < out.length; i++) out[i] = c![bias[i]!]!;
      else out.fill(0);
      gemm(a!, b!, { rows: shape[0]!, inner, columns: shape[1]!, transA, transB }, out);
    };
  },
  MatMul: ({ shape }, [left, right], out) => {
    const [rows, columns] = shape.slice(-2) as [number, number];
    const inner = left!.at(-1)!;
    const batch = shape.slice(0, -2);
    const [atA, atB] = [left!, right!].map((each) => broadcastPositions(each.slice(0, -2), batch));
    return ([a, b]) => {
      out.fill(0);
      const size = { rows, inner, columns, transA: false, transB: false };
      for (let n = 0; n < atA!.length; n++) {
        const one = a!.subarray(atA![n]! * rows * inner, (atA![n]! + 1) * rows * inner);
        const other = b!.subarray(atB![n]! * inner * columns, (atB![n]! + 1) * inner * columns);
        gemm(one, other, size, out.subarray(n * rows * columns, (n + 1) * rows * columns));
      }
    };
  },
  Conv: ({ attributes, shape }, [x, kernel], out) => {
    const window = attributes as unknown as Window;
    return (operands) => convolution(operands, { x: x!, kernel: kernel!, y: shape }, window, out);
  },
  ConvTranspose: ({ attributes, shape }, [y, kernel], out) => {
    const window = attributes as unknown as Window;
    return (operands) => transposedConvolution(operands, { y: y!, kernel: kernel!, x: shape }, window, out);
  },
  ReduceSum: reduction(0, (sum, value) => sum + value),
  ReduceMean: reduction(0, (sum, value) => sum + value, true),
  ReduceMax: reduction(Number.NEGATIVE_INFINITY, Math.max),
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  Reshape: copy,
  Expand: ({ shape }, [x], out) => picked(broadcastPositions(x!, shape), out),
  Transpose: ({ attributes, shape }, [x], out) => {
    const strides = stridesOf(x!);
    const permutation = attributes.permutation as readonly number[];
    return picked(
      positions(
        shape,
        permutation.map((axis) => strides[axis]!),
      ),
      out,
    );
  },
  Concat: ({ attributes, shape }, shapes, out) => {
    const inner = sizeOf(shape.slice((attributes.axis as number) + 1));
    const lengths = shapes.map((each) => each[attributes.axis as number]! * inner);
    return (parts) => {
      let to = 0;
      for (let outer = 0; to < out.length; outer++)
        for (const [index, part] of parts.entries()) {
          const length = lengths[index]!;
          out.set(part.subarray(outer * length, (outer + 1) * length), to);
          to += length;
        }
    };
  },
  Slice: ({ attributes, shape }, [x], out) => {
    const { axis, start } = attributes as { axis: number; start: number };
    const strides = stridesOf(x!);
    return picked(
      positions(shape, strides).map((at) => at + start * strides[axis]!),
      out,
    );
  },
  Pad: ({ attributes, shape }, [x], out) => {
    const { axis, before } = attributes as { axis: number; before: number };
    const strides = stridesOf(shape);
    const to = positions(x!, strides).map((at) => at + before * strides[axis]!);
    return ([values]) => {
      for (let i = 0; i < to.length; i++) out[to[i]!] = values![i]!;
    };
  },
  Gather: ({ attributes }, [x], out) => {
    const axis = attributes.axis as number;
    const inner = sizeOf(x!.slice(axis + 1));
    const length = x![axis]!;
    return ([values, indices]) => {
      let to = 0;
      for (let outer = 0; to < out.length; outer++)
        for (const index of indices!) {
          const from = (outer * length + (index < 0 ? index + length : index)) * inner;
          out.set(values!.subarray(from, from + inner), to);
          to += inner;
        }
    };
  },
};

/** @throws {DataError} for an operator that inference has no use for */
export function operationOf(node: ProgramNode, shapes: readonly Shape[], out: Float32Array): Operation {
  const maker = makers[node.operator];
  if (!maker) throw new DataError(`a page cannot compute ${node.operator}: open the run in vaekit studio`);
  return maker(node, shapes, out);
}

function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Where each element of a broadcast result lies in an operand. */
function broadcastPositions(from: Shape, to: Shape): Int32Array {
  const strides = stridesOf(from);
  const missing = to.length - from.length;
  return positions(
    to,
    to.map((_, axis) => (axis < missing || from[axis - missing] === 1 ? 0 : strides[axis - missing]!)),
  );
}

/** Where each element of a tensor lies, in row-major order, by strides. */
function positions(shape: Shape, strides: readonly number[]): Int32Array {
  const at = new Int32Array(sizeOf(shape));
  let filled = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    for (let k = shape[axis]! - 1; k >= 0; k--)
      for (let i = 0; i < filled; i++) at[k * filled + i] = at[i]! + k * strides[axis]!;
    filled *= shape[axis]!;
  }
  return at;
}
