import * as g from "./build.ts";
import {
  convolved,
  kernelGradient,
  sizeOfImage,
  sizeOfKernel,
  transposed,
} from "./convolution/convolution.ts";
import {
  type OperatorName,
  type Shape,
  ShapeError,
  sameShape,
  type Tensor,
  topologicalOrder,
} from "./node.ts";
import { shapeText } from "./operators.ts";

/** From dy = ∂loss/∂y of a node's value y: ∂loss/∂x for each of the node's inputs x, if it has one. */
type Rule<K extends OperatorName> = (dy: Tensor, node: Tensor<K>) => readonly (Tensor | undefined)[];

const x = (node: Tensor): Tensor => node.inputs[0]!;
const none = (): [] => [];

/** Keeps a reduced dimension as 1, so that the result broadcasts against the reduction's input. */
function restoreAxes(tensor: Tensor, axes: readonly number[], full: Shape): Tensor {
  return g.reshape(
    tensor,
    full.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension)),
  );
}

function swapLastAxes(tensor: Tensor): Tensor {
  const axes = tensor.shape.map((_, axis) => axis);
  return g.transpose(tensor, [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!]);
}

function sumOfPixels(image: Tensor): Tensor {
  return g.reduceSum(g.reshape(image, [-1, image.shape.at(-1)!]), [0]);
}

function inverse(permutation: readonly number[]): number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}

/** One rule per operator. Broadcasting is undone for all of them in {@link sumTo}. */
const rules: { readonly [K in OperatorName]: Rule<K> } = {
  Input: none,
  Constant: none,
  StopGradient: none,

  // y = −x: dx = −dy
  Neg: (dy) => [g.neg(dy)],
  // y = |x|: dx = dy·sign x
  Abs: (dy, node) => [g.mul(dy, g.sign(x(node)))],
  Sign: none,
  // y = eˣ: dx = dy·y
  Exp: (dy, node) => [g.mul(dy, node)],
  // y = ln x: dx = dy/x
  Log: (dy, node) => [g.div(dy, x(node))],
  // y = √x: dx = dy/(2y)
  Sqrt: (dy, node) => [g.div(g.mul(dy, 0.5), node)],
  // y = 1/x: dx = −dy·y²
  Reciprocal: (dy, node) => [g.neg(g.mul(dy, g.mul(node, node)))],
  // y = erf x: dx = dy·2/√π·e^(−x²)
  Erf: (dy, node) => [g.mul(g.mul(dy, 2 / Math.sqrt(Math.PI)), g.exp(g.neg(g.mul(x(node), x(node)))))],
  // y = sin x: dx = dy·cos x
  Sin: (dy, node) => [g.mul(dy, g.cos(x(node)))],
  // y = cos x: dx = −dy·sin x
  Cos: (dy, node) => [g.neg(g.mul(dy, g.sin(x(node))))],
  // y = σ(x): dx = dy·y·(1 − y)
  Sigmoid: (dy, node) => [g.mul(dy, g.mul(node, g.sub(1, node)))],
  // y = tanh x: dx = dy·(1 − y²)
  Tanh: (dy, node) => [g.mul(dy, g.sub(1, g.mul(node, node)))],
  // y = ln(1 + eˣ): dx = dy·σ(x)
  Softplus: (dy, node) => [g.mul(dy, g.sigmoid(x(node)))],
  // y = max(x, 0): dx = dy where y > 0
  Relu: (dy, node) => [g.where(g.greater(node, 0), dy, 0)],
  // y = x or α(eˣ − 1): dx = dy·(1 or y + α); for α = 1 that is one operator, min(1, y + 1), and y + 1 ≥ 0
  Elu: (dy, node) => {
    const { alpha } = node.attributes;
    const slope =
      alpha === 1 ? g.hardSigmoid(node, 1, 1) : g.where(g.greater(x(node), 0), 1, g.add(node, alpha));
    return [g.mul(dy, slope)];
  },
  // y = x or αx: dx = dy or α·dy
  LeakyRelu: (dy, node) => [g.where(g.greater(x(node), 0), dy, g.mul(dy, node.attributes.alpha))],
  // y = clip(αx + β, 0, 1): dx = α·dy inside
  HardSigmoid: (dy, node) => {
    const inside = g.and(g.greater(node, 0), g.less(node, 1));
    return [g.where(inside, g.mul(dy, node.attributes.alpha), 0)];
  },
  Not: none,
  IsNaN: none,
  Cast: (dy, node) => (x(node).type === "float32" ? [dy] : []),

  // y = a + b: da = db = dy
  Add: (dy) => [dy, dy],
  // y = a − b: da = dy, db = −dy
  Sub: (dy) => [dy, g.neg(dy)],
  // y = ab: da = dy·b, db = dy·a
  Mul: (dy, { inputs: [a, b] }) => [g.mul(dy, b!), g.mul(dy, a!)],
  // y = a/b: da = dy/b, db = −dy·y/b
  Div: (dy, node) => {
    const da = g.div(dy, node.inputs[1]!);
    return [da, g.neg(g.mul(da, node))];
  },
  // y = aᵇ: da = dy·b·aᵇ⁻¹, db = dy·y·ln a
  Pow: (dy, node) => {
    const [a, b] = node.inputs;
    return [g.mul(dy, g.mul(b!, g.pow(a!, g.sub(b!, 1)))), g.mul(dy, g.mul(node, g.log(a!)))];
  },
  // y = max(a, b): dy goes to the larger, to a when they are equal
  Max: (dy, { inputs: [a, b] }) => choose(g.greaterOrEqual(a!, b!), dy),
  // y = min(a, b): dy goes to the smaller, to a when they are equal
  Min: (dy, { inputs: [a, b] }) => choose(g.lessOrEqual(a!, b!), dy),
  Less: none,
  LessOrEqual: none,
  Greater: none,
  GreaterOrEqual: none,
  Equal: none,
  And: none,
  Or: none,
  // y = c ? a : b: dy goes to the one chosen
  Where: (dy, { inputs: [condition] }) => [undefined, ...choose(condition!, dy)],

  // Y = op(A)·op(B) + C: d op(A) = dY·op(B)ᵀ, d op(B) = op(A)ᵀ·dY, dC = dY
  Gemm: (dy, node) => {
    const { transA, transB } = node.attributes;
    const [a, b, c] = node.inputs;
    const da = transA
      ? g.gemm(b!, dy, undefined, { transA: transB, transB: true })
      : g.gemm(dy, b!, undefined, { transB: !transB });
    const db = transB
      ? g.gemm(dy, a!, undefined, { transA: true, transB: transA })
      : g.gemm(a!, dy, undefined, { transA: !transA });
    return c ? [da, db, dy] : [da, db];
  },
  // Y = A·B: dA = dY·Bᵀ, dB = Aᵀ·dY
  MatMul: (dy, { inputs: [a, b] }) => [g.matmul(dy, swapLastAxes(b!)), g.matmul(swapLastAxes(a!), dy)],

  // Y = X ∗ K + b is linear in each; its adjoints are the next two operators
  Conv: (dy, node) => {
    const [image, kernel, bias] = node.inputs;
    const window = node.attributes;
    const dx = transposed(dy, kernel!, { ...window, outputSize: sizeOfImage(image!) });
    const dk = kernelGradient(image!, dy, { ...window, kernelSize: sizeOfKernel(kernel!) });
    return bias ? [dx, dk, sumOfPixels(dy)] : [dx, dk];
  },
  // ⟨Y, U⟩ = ⟨X, U ∗ K⟩: dX = dY ∗ K, dK as of that Conv, whose image is dY
  ConvTranspose: (dy, node) => {
    const [small, kernel, bias] = node.inputs;
    const { outputSize: _, ...window } = node.attributes;
    const dk = kernelGradient(dy, small!, { ...window, kernelSize: sizeOfKernel(kernel!) });
    const dx = convolved(dy, kernel!, window);
    return bias ? [dx, dk, sumOfPixels(dy)] : [dx, dk];
  },
  // ⟨D, K⟩ = ⟨U, X ∗ K⟩: dX is the transposed convolution of U by dD, dU = X ∗ dD
  ConvKernelGradient: (dy, node) => {
    const [image, small] = node.inputs;
    const { kernelSize: _, ...window } = node.attributes;
    return [
      transposed(small!, dy, { ...window, outputSize: sizeOfImage(image!) }),
      convolved(image!, dy, window),
    ];
  },

  // y = Σx: dx = dy, everywhere
  ReduceSum: (dy, node) => [g.expand(restoreAxes(dy, node.attributes.axes, x(node).shape), x(node).shape)],
  // y = Σx/n: dx = dy/n
  ReduceMean: (dy, node) => {
    const { axes } = node.attributes;
    const count = axes.reduce((product, axis) => product * x(node).shape[axis]!, 1);
    return [g.expand(restoreAxes(g.mul(dy, 1 / count), axes, x(node).shape), x(node).shape)];
  },
  // y = max x: dy goes to the largest, in equal parts when there are several
  ReduceMax: (dy, node) => {
    const { axes } = node.attributes;
    const isLargest = g.cast(g.equal(x(node), restoreAxes(node, axes, x(node).shape)), "float32");
    const share = g.div(restoreAxes(dy, axes, x(node).shape), g.reduceSum(isLargest, axes, true));
    return [g.mul(isLargest, share)];
  },
  // y = Σ ln(1 + eˣ): dx = dy·σ(x)
  SumSoftplus: (dy, node) => {
    const last = x(node).shape.length - 1;
    return [g.mul(g.expand(restoreAxes(dy, [last], x(node).shape), x(node).shape), g.sigmoid(x(node)))];
  },
  // y = softmax x: dx = y·(dy − Σ dy·y)
  Softmax: (dy, node) => {
    const weighted = g.reduceSum(g.mul(dy, node), [node.attributes.axis], true);
    return [g.mul(node, g.sub(dy, weighted))];
  },
  // y = ln softmax x: dx = dy − eʸ·Σ dy
  LogSoftmax: (dy, node) => [g.sub(dy, g.mul(g.exp(node), g.reduceSum(dy, [node.attributes.axis], true)))],

  Reshape: (dy, node) => [g.reshape(dy, x(node).shape)],
  // the copies' derivatives add up: sumTo does it
  Expand: (dy) => [dy],
  Transpose: (dy, node) => [g.transpose(dy, inverse(node.attributes.permutation))],
  Concat: (dy, node) => {
    const { axis } = node.attributes;
    return g.split(
      dy,
      axis,
      node.inputs.map((input) => input.shape[axis]!),
    );
  },
  Slice: (dy, node) => {
    const { axis, start, end } = node.attributes;
    return [g.pad(dy, axis, start, x(node).shape[axis]! - end)];
  },
  Pad: (dy, node) => {
    const { axis, before } = node.attributes;
    return [g.slice(dy, axis, before, before + x(node).shape[axis]!)];
  },
  Gather: (dy, { inputs: [data, indices], attributes }) => [
    g.scatterAdd(g.constant(0, data!.shape), indices!, dy, attributes.axis),
  ],
  ScatterAdd: (dy, { inputs: [, indices], attributes }) => [
    dy,
    undefined,
    g.gather(dy, indices!, attributes.axis),
  ],
};

function choose(condition: Tensor, dy: Tensor): Tensor[] {
  return [g.where(condition, dy, 0), g.where(condition, 0, dy)];
}

/** Undoes broadcasting: sums a derivative over the axes along which an input of this shape was repeated. */
function sumTo(tensor: Tensor, shape: Shape): Tensor {
  if (sameShape(tensor.shape, shape)) return tensor;
  const missing = tensor.shape.length - shape.length;
  const repeated = tensor.shape.flatMap((dimension, axis) =>
    axis < missing || (shape[axis - missing] === 1 && dimension !== 1) ? [axis] : [],
  );
  return g.reshape(g.reduceSum(tensor, repeated), shape);
}

/**
 * Reverse-mode differentiation, graph to graph (Griewank & Walther 2008, chapter 3).
 * @param loss a scalar, shape []
 * @param variables float32 tensors the loss may depend on
 * @returns the derivative of the loss with respect to each variable, of the variable's shape; zeros if independent
 * @throws {ShapeError} when the loss is not a scalar, or when it or a variable is not float32
 */
export function gradient(loss: Tensor, variables: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0)
    throw new ShapeError(
      `the gradient of a tensor of shape ${shapeText(loss.shape)} was asked for: sum it to a scalar`,
    );
  for (const { type } of [loss, ...variables])
    if (type !== "float32") throw new ShapeError(`${type} tensors have no gradient: cast them to float32`);
  const order = topologicalOrder([loss]);
  const wanted = new Set(variables);
  const depends = new Set(variables);
  for (const node of order) if (node.inputs.some((input) => depends.has(input))) depends.add(node);

  const derivatives = new Map<Tensor, Tensor>([[loss, g.constant(1, [])]]);
  for (const node of order.reverse()) {
    const dy = derivatives.get(node);
    if (!dy || !depends.has(node)) continue;
    const rule = rules[node.operator] as Rule<OperatorName>;
    const contributions = rule(dy, node);
    node.inputs.forEach((input, index) => {
      const contribution = contributions[index];
      if (!contribution || !depends.has(input)) return;
      const sum = derivatives.get(input);
      const local = sumTo(contribution, input.shape);
      derivatives.set(input, sum ? g.add(sum, local) : local);
    });
    if (!wanted.has(node)) derivatives.delete(node);
  }
  return variables.map((variable) => derivatives.get(variable) ?? g.constant(0, variable.shape));
}
