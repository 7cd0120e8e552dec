import { type OperatorName, sizeOf } from "../graph/node.ts";
import { flag, float, integer, integers, tensor, text } from "./attributes.ts";
import { convolution, convolutionKernelGradient, transposedConvolution } from "./convolution.ts";
import { sumSoftplus } from "./sum-softplus.ts";
import { type Dimension, isFixed, product, type SymbolicTensor } from "./symbolic.ts";
import { dataTypes, tensorOf } from "./tensor-data.ts";
import type { GraphWriter } from "./writer.ts";

/**
 * Writes the nodes that compute a tensor.
 * @param inputs the names of its inputs' values
 * @returns the name of its value
 */
type Lowering<K extends OperatorName> = (
  node: SymbolicTensor<K>,
  inputs: readonly string[],
  writer: GraphWriter,
) => string;

/** Filled constants above this many elements are filled when the model is loaded, to keep files small. */
const LARGEST_STORED_FILL = 256;

function direct(node: SymbolicTensor, inputs: readonly string[], writer: GraphWriter): string {
  return writer.node(node.operator, inputs);
}

/**
 * A bound that is one number becomes Max of two tensors of one shape in plain files: few readers know Min, broadcast Max, or
 * take the bounds of Clip as inputs.
 */
const bound =
  (operator: "Max" | "Min") =>
  (node: SymbolicTensor<"Max" | "Min">, inputs: readonly string[], writer: GraphWriter): string => {
    const index = node.inputs.findIndex((each) => each.operator === "Constant" && each.shape.length === 0);
    if (!writer.plain || node.type !== "float32" || index < 0) return writer.node(operator, inputs);
    const scalar = (value: number) => writer.initializer(tensorOf(value, [], "float32"));
    const { value } = node.inputs[index]!.attributes as { readonly value: number };
    const x = inputs[1 - index]!;
    const limit = writer.node("Add", [
      writer.node("Mul", [x, scalar(0)]),
      scalar(operator === "Max" ? value : -value),
    ]);
    return operator === "Max"
      ? writer.node("Max", [x, limit])
      : writer.node("Neg", [writer.node("Max", [writer.node("Neg", [x]), limit])]);
  };

const withAlpha = (
  node: SymbolicTensor<"Elu" | "LeakyRelu">,
  inputs: readonly string[],
  writer: GraphWriter,
) => writer.node(node.operator, inputs, [float("alpha", node.attributes.alpha)]);

const alongAxis = (
  node: SymbolicTensor<"Softmax" | "LogSoftmax" | "Concat" | "Gather">,
  inputs: readonly string[],
  writer: GraphWriter,
) => writer.node(node.operator, inputs, [integer("axis", node.attributes.axis)]);

// ReduceMean and ReduceMax take their axes as an input only from opset 18 on.
const reduction = (
  node: SymbolicTensor<"ReduceMean" | "ReduceMax">,
  inputs: readonly string[],
  writer: GraphWriter,
) => {
  const { axes, keepDimensions } = node.attributes;
  // No axes would mean all of them.
  if (axes.length === 0) return inputs[0]!;
  return writer.node(node.operator, inputs, [integers("axes", axes), flag("keepdims", keepDimensions)]);
};

/** How every operator is written with the standard operators of ONNX. */
const lowerings: { readonly [K in OperatorName]: Lowering<K> } = {
  Input: (node) => node.attributes.name,
  Constant: (node, _, writer) => {
    const { value, shape, type } = node.attributes;
    if (isFixed(shape) && (typeof value === "object" || sizeOf(shape) <= LARGEST_STORED_FILL))
      return writer.initializer(tensorOf(value, shape, type));
    return writer.node(
      "ConstantOfShape",
      [writer.dimensions(shape)],
      [tensor("value", tensorOf(value, [1], type))],
    );
  },
  StopGradient: (_, [x]) => x!,

  Neg: direct,
  Abs: direct,
  Sign: direct,
  Exp: direct,
  Log: direct,
  Sqrt: direct,
  Reciprocal: direct,
  Erf: direct,
  Sin: direct,
  Cos: direct,
  Sigmoid: direct,
  Tanh: direct,
  Softplus: direct,
  Relu: direct,
  // As max(x, e^min(x, 0) − 1): ONNX Runtime vectorises this exponential; its own Elu takes three times as long.
  Elu: (node, inputs, writer) => {
    if (node.attributes.alpha !== 1 || writer.plain) return withAlpha(node, inputs, writer);
    const [x] = inputs;
    const scalar = (value: number) => writer.initializer(tensorOf(value, [], "float32"));
    const exponential = writer.node("Exp", [writer.node("Clip", [x!, "", scalar(0)])]);
    return writer.node("Max", [x!, writer.node("Sub", [exponential, scalar(1)])]);
  },
  LeakyRelu: withAlpha,
  HardSigmoid: (node, inputs, writer) => {
    const { alpha, beta } = node.attributes;
    return writer.node("HardSigmoid", inputs, [float("alpha", alpha), float("beta", beta)]);
  },
  Not: direct,
  IsNaN: direct,
  Cast: (node, inputs, writer) => writer.node("Cast", inputs, [integer("to", dataTypes[node.attributes.to])]),

  Add: direct,
  Sub: direct,
  Mul: direct,
  Div: direct,
  Pow: direct,
  Max: bound("Max"),
  Min: bound("Min"),
  Less: direct,
  LessOrEqual: direct,
  Greater: direct,
  GreaterOrEqual: direct,
  Equal: direct,
  And: direct,
  Or: direct,
  Where: (node, inputs, writer) => {
    if (node.type !== "bool") return writer.node("Where", inputs);
    // ONNX Runtime has no Where of bool values.
    const [condition, then, otherwise] = inputs;
    const chosen = writer.node("And", [condition!, then!]);
    return writer.node("Or", [chosen, writer.node("And", [writer.node("Not", [condition!]), otherwise!])]);
  },

  Gemm: (node, inputs, writer) => {
    const { transA, transB } = node.attributes;
    const [a, b, c] = inputs;
    // With c, ONNX Runtime's Gemm first fills the result with c, on one thread.
    if (c !== undefined && !transA && !transB)
      return writer.node("Add", [writer.node("MatMul", [a!, b!]), c]);
    return writer.node("Gemm", inputs, [flag("transA", transA), flag("transB", transB)]);
  },
  MatMul: direct,
  Conv: convolution,
  ConvTranspose: transposedConvolution,
  ConvKernelGradient: convolutionKernelGradient,

  ReduceSum: (node, [x], writer) => {
    const { axes, keepDimensions } = node.attributes;
    if (axes.length === 0) return x!;
    const { shape } = node.inputs[0]!;
    const lengths = axes.map((axis) => shape[axis]!);
    // Readers that do not take axes as an input know the mean, whose axes are an attribute.
    if (writer.plain && isFixed(lengths)) {
      const mean = writer.node(
        "ReduceMean",
        [x!],
        [integers("axes", axes), flag("keepdims", keepDimensions)],
      );
      return writer.node("Mul", [mean, writer.initializer(tensorOf(sizeOf(lengths), [], "float32"))]);
    }
    // Summing a matrix's rows is a product with ones, which takes half the time.
    if (shape.length === 2 && isFixed(shape) && axes[0] === 0 && axes.length === 1 && !keepDimensions)
      return writer.node("MatMul", [writer.initializer(tensorOf(1, [shape[0]!], node.type)), x!]);
    return writer.node("ReduceSum", [x!, writer.dimensions(axes)], [flag("keepdims", keepDimensions)]);
  },
  ReduceMean: reduction,
  ReduceMax: reduction,
  SumSoftplus: sumSoftplus,
  Softmax: alongAxis,
  LogSoftmax: alongAxis,

  Reshape: (node, [x], writer) => writer.reshape(x!, node.inputs[0]!.shape, node.shape),
  Expand: (node, [x], writer) => writer.expand(x!, node.inputs[0]!.shape, node.shape),
  Transpose: (node, inputs, writer) =>
    writer.node("Transpose", inputs, [integers("perm", node.attributes.permutation)]),
  Concat: alongAxis,
  Slice: (node, [x], writer) => {
    const { axis, start, end } = node.attributes;
    const bounds = [writer.dimensions([start]), writer.dimensions([end]), writer.dimensions([axis])];
    return writer.node("Slice", [x!, ...bounds]);
  },
  Pad: (node, [x], writer) => {
    const { axis, before, after } = node.attributes;
    const on = (length: Dimension) => node.shape.map((_, other) => (other === axis ? length : 0));
    return writer.node("Pad", [x!, writer.dimensions([...on(before), ...on(after)])]);
  },
  Gather: alongAxis,
  // Not ScatterND: ONNX Runtime 1.30 loses some of its updates to repeated indices when it has several threads.
  ScatterAdd: (node, [data, indices, updates], writer) => {
    const { axis } = node.attributes;
    const [, positions, added] = node.inputs;
    const shape = node.shape.with(axis, product(positions!.shape));
    const column = shape.map((dimension, other) => (other === axis ? dimension : 1));
    const perElement = writer.expand(writer.reshape(indices!, positions!.shape, column), column, shape);
    return writer.node(
      "ScatterElements",
      [data!, perElement, writer.reshape(updates!, added!.shape, shape)],
      [integer("axis", axis), text("reduction", "add")],
    );
  },
};

/** Writes the nodes that compute a tensor. @returns the name of its value */
export function lower<K extends OperatorName>(
  node: SymbolicTensor<K>,
  inputs: readonly string[],
  writer: GraphWriter,
): string {
  return lowerings[node.operator](node, inputs, writer);
}
