import { type OperatorName, type Shape, sizeOf, type Tensor } from "../../src/graph/node.ts";
import { convolution, convolutionKernelGradient, transposedConvolution } from "./convolutions.ts";
import { around, broadcastStrides, positions, rowMajorStrides } from "./layout.ts";
import { gemm, matmul } from "./products.ts";
import { logSoftmax, plus, reduce } from "./reductions.ts";
import { erf, softplus } from "./special-functions.ts";

/** Row-major float64 values; int64 and bool are whole numbers and 0 or 1. */
export type Values = Float64Array;

type Definition<K extends OperatorName> = (node: Tensor<K>, inputs: readonly Values[]) => Values;

function elementwise(compute: (...operands: number[]) => number) {
  return (node: Tensor, inputs: readonly Values[]): Values => map(compute, node, inputs);
}

function map(compute: (...operands: number[]) => number, node: Tensor, inputs: readonly Values[]): Values {
  const [a, b, c] = inputs;
  if (!b) return a!.map((value) => compute(value));
  const [atA, atB, atC] = node.inputs.map(({ shape }) => {
    return positions(node.shape, broadcastStrides(shape, node.shape));
  });
  const result = new Float64Array(sizeOf(node.shape));
  for (let i = 0; i < result.length; i++)
    result[i] = c ? compute(a![atA![i]!]!, b[atB![i]!]!, c[atC![i]!]!) : compute(a![atA![i]!]!, b[atB![i]!]!);
  return result;
}

const comparison = (holds: (a: number, b: number) => boolean) => elementwise((a, b) => Number(holds(a!, b!)));

/** Calls visit with the first elements' positions of each slice that indices pick from data, and of its copy. */
function forEachPick(
  shape: Shape,
  axis: number,
  indices: Values,
  visit: (inData: number, inPicked: number, inner: number) => void,
): void {
  const { outer, length, inner } = around(shape, axis);
  for (let o = 0; o < outer; o++)
    indices.forEach((index, j) => {
      if (!Number.isInteger(index) || index < -length || index >= length)
        throw new RangeError(`index ${index} is outside an axis of length ${length}`);
      const wrapped = index < 0 ? index + length : index;
      visit((o * length + wrapped) * inner, (o * indices.length + j) * inner, inner);
    });
}

/** What each operator computes, from its mathematical definition or the ONNX operator specification. */
export const definitions: { readonly [K in Exclude<OperatorName, "Input">]: Definition<K> } = {
  Constant: ({ attributes: { value, shape } }) =>
    typeof value === "number" ? new Float64Array(sizeOf(shape)).fill(value) : Float64Array.from(value),
  StopGradient: (_, [x]) => x!,

  Neg: elementwise((x) => -x!),
  Abs: elementwise((x) => Math.abs(x!)),
  Sign: elementwise((x) => Math.sign(x!)),
  Exp: elementwise((x) => Math.exp(x!)),
  Log: elementwise((x) => Math.log(x!)),
  Sqrt: elementwise((x) => Math.sqrt(x!)),
  Reciprocal: elementwise((x) => 1 / x!),
  Erf: elementwise((x) => erf(x!)),
  Sin: elementwise((x) => Math.sin(x!)),
  Cos: elementwise((x) => Math.cos(x!)),
  Sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x!))),
  Tanh: elementwise((x) => Math.tanh(x!)),
  Softplus: elementwise((x) => softplus(x!)),
  SumSoftplus: (node, [x]) => {
    const { shape } = node.inputs[0]!;
    return reduce(x!.map(softplus), shape, [shape.length - 1], plus, 0);
  },
  Relu: elementwise((x) => Math.max(x!, 0)),
  Elu: ({ attributes: { alpha } }, [x]) => x!.map((value) => (value > 0 ? value : alpha * Math.expm1(value))),
  LeakyRelu: ({ attributes: { alpha } }, [x]) => x!.map((value) => (value > 0 ? value : alpha * value)),
  HardSigmoid: ({ attributes: { alpha, beta } }, [x]) =>
    x!.map((value) => Math.max(0, Math.min(1, alpha * value + beta))),
  IsNaN: elementwise((x) => Number(Number.isNaN(x))),
  Not: elementwise((x) => Number(x === 0)),
  Cast: ({ attributes: { to } }, [x]) => {
    if (to === "bool") return x!.map((value) => Number(value !== 0));
    return to === "int64" ? x!.map(Math.trunc) : x!;
  },

  Add: elementwise((a, b) => a! + b!),
  Sub: elementwise((a, b) => a! - b!),
  Mul: elementwise((a, b) => a! * b!),
  Div: (node, inputs) =>
    map(node.type === "int64" ? (a, b) => Math.trunc(a! / b!) : (a, b) => a! / b!, node, inputs),
  Pow: elementwise((a, b) => a! ** b!),
  Max: elementwise((a, b) => Math.max(a!, b!)),
  Min: elementwise((a, b) => Math.min(a!, b!)),
  Less: comparison((a, b) => a < b),
  LessOrEqual: comparison((a, b) => a <= b),
  Greater: comparison((a, b) => a > b),
  GreaterOrEqual: comparison((a, b) => a >= b),
  Equal: comparison((a, b) => a === b),
  And: comparison((a, b) => a !== 0 && b !== 0),
  Or: comparison((a, b) => a !== 0 || b !== 0),
  Where: elementwise((condition, then, otherwise) => (condition !== 0 ? then! : otherwise!)),

  Gemm: (node, [a, b, c]) => {
    const result = new Float64Array(sizeOf(node.shape));
    const term = node.inputs[2];
    if (c && term) {
      const at = positions(node.shape, broadcastStrides(term.shape, node.shape));
      for (let i = 0; i < result.length; i++) result[i] = c[at[i]!]!;
    }
    gemm(a!, b!, { a: node.inputs[0]!.shape, b: node.inputs[1]!.shape }, node.attributes, result);
    return result;
  },
  MatMul: (node, [a, b]) =>
    matmul(a!, b!, { a: node.inputs[0]!.shape, b: node.inputs[1]!.shape, result: node.shape }),
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  ConvKernelGradient: convolutionKernelGradient,

  ReduceSum: ({ attributes: { axes }, inputs: [x] }, [values]) => reduce(values!, x!.shape, axes, plus, 0),
  ReduceMean: (node, [values]) => {
    const count = values!.length / sizeOf(node.shape);
    return reduce(values!, node.inputs[0]!.shape, node.attributes.axes, plus, 0).map((sum) => sum / count);
  },
  ReduceMax: ({ attributes: { axes }, inputs: [x] }, [values]) =>
    reduce(values!, x!.shape, axes, Math.max, Number.NEGATIVE_INFINITY),
  Softmax: ({ attributes: { axis }, shape }, [x]) => logSoftmax(x!, shape, axis).map(Math.exp),
  LogSoftmax: ({ attributes: { axis }, shape }, [x]) => logSoftmax(x!, shape, axis),

  Reshape: (_, [x]) => x!,
  Expand: (node, [x]) => {
    const from = positions(node.shape, broadcastStrides(node.inputs[0]!.shape, node.shape));
    return Float64Array.from(from, (position) => x![position]!);
  },
  Transpose: (node, [x]) => {
    const strides = rowMajorStrides(node.inputs[0]!.shape);
    const from = positions(
      node.shape,
      node.attributes.permutation.map((axis) => strides[axis]!),
    );
    return Float64Array.from(from, (position) => x![position]!);
  },
  Concat: (node, parts) => {
    const { axis } = node.attributes;
    const result = new Float64Array(sizeOf(node.shape));
    let to = 0;
    for (let outer = 0; outer < around(node.shape, axis).outer; outer++)
      parts.forEach((part, index) => {
        const { length, inner } = around(node.inputs[index]!.shape, axis);
        result.set(part.subarray(outer * length * inner, (outer + 1) * length * inner), to);
        to += length * inner;
      });
    return result;
  },
  Slice: (node, [x]) => {
    const { axis, start, end } = node.attributes;
    const { outer, length, inner } = around(node.inputs[0]!.shape, axis);
    const result = new Float64Array(sizeOf(node.shape));
    for (let o = 0; o < outer; o++)
      result.set(
        x!.subarray((o * length + start) * inner, (o * length + end) * inner),
        o * (end - start) * inner,
      );
    return result;
  },
  Pad: (node, [x]) => {
    const { axis, before } = node.attributes;
    const { outer, length, inner } = around(node.inputs[0]!.shape, axis);
    const padded = node.shape[axis]!;
    const result = new Float64Array(sizeOf(node.shape));
    for (let o = 0; o < outer; o++)
      result.set(x!.subarray(o * length * inner, (o + 1) * length * inner), (o * padded + before) * inner);
    return result;
  },
  Gather: (node, [data, indices]) => {
    const result = new Float64Array(sizeOf(node.shape));
    forEachPick(node.inputs[0]!.shape, node.attributes.axis, indices!, (inData, inPicked, inner) => {
      result.set(data!.subarray(inData, inData + inner), inPicked);
    });
    return result;
  },
  ScatterAdd: (node, [data, indices, updates]) => {
    const result = data!.slice();
    forEachPick(node.shape, node.attributes.axis, indices!, (inData, inPicked, inner) => {
      for (let i = 0; i < inner; i++) result[inData + i]! += updates![inPicked + i]!;
    });
    return result;
  },
};
