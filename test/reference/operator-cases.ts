import * as g from "../../src/graph/build.ts";
import {
  type Conv2dOptions,
  conv2d,
  convTranspose2d,
  kernelGradient,
} from "../../src/graph/convolution/convolution.ts";
import { type OperatorName, type Shape, sizeOf, type Tensor } from "../../src/graph/node.ts";
import type { CheckedInput } from "./finite-differences.ts";
import { between } from "./random.ts";

/** A float32 tensor built with the operator from inputs at which it is differentiable. */
export interface OperatorCase {
  readonly inputs: readonly CheckedInput[];
  build(...tensors: Tensor[]): Tensor;
}

type Build = OperatorCase["build"];

const SHAPES: readonly Shape[] = [[], [3], [2, 3], [2, 1, 3]];

const BROADCASTING: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 3]],
  [
    [2, 1],
    [1, 3],
  ],
  [
    [1, 3],
    [2, 1],
  ],
  [[], [2, 3]],
  [[2, 3], []],
  [
    [4, 1, 3],
    [2, 1],
  ],
  [[1], [1, 1]],
  [
    [2, 1, 3],
    [2, 1, 3],
  ],
];

const unary = (build: Build, shapes = SHAPES): OperatorCase[] =>
  shapes.map((shape) => ({ inputs: [{ shape }], build }));

/** @param range the values of all inputs */
const unaryWithin = (build: Build, low: number, high: number): OperatorCase[] =>
  SHAPES.map((shape, index) => ({ inputs: [within(shape, low, high, index)], build }));

function within(shape: Shape, low: number, high: number, seed: number): CheckedInput {
  return { shape, values: between(sizeOf(shape), seed, low, high) };
}

const binary = (build: Build): OperatorCase[] =>
  BROADCASTING.map(([a, b]) => ({ inputs: [{ shape: a }, { shape: b }], build }));

const indices = (values: readonly number[], shape: Shape = [values.length]) =>
  g.constant(values, shape, "int64");

/** Chooses between two tensors by a condition on them, so that the condition matters to the value. */
const chosenBy = (condition: (a: Tensor, b: Tensor) => Tensor) =>
  binary((a, b) => g.where(condition(a!, b!), g.mul(a!, 3), g.mul(b!, b!)));

const AXES: readonly (readonly number[] | undefined)[] = [undefined, [], [0], [1], [-1], [0, 2], [2, 1, 0]];

const reduction = (reduce: typeof g.reduceSum): OperatorCase[] =>
  AXES.flatMap((axes) =>
    [false, true].map((keep) => ({
      inputs: [{ shape: [2, 3, 2] }],
      build: (x: Tensor) => reduce(x, axes, keep),
    })),
  );

const eachAxis = (build: (x: Tensor, axis: number) => Tensor): OperatorCase[] =>
  [0, 1, 2].map((axis) => ({ inputs: [{ shape: [2, 3, 4] }], build: (x: Tensor) => build(x, axis) }));

const gemm: OperatorCase[] = [false, true].flatMap((transA) =>
  [false, true].flatMap((transB) =>
    [undefined, [], [1], [3], [1, 1], [4, 1], [1, 3], [4, 3]].map((c) => ({
      inputs: [
        { shape: transA ? [2, 4] : [4, 2] },
        { shape: transB ? [3, 2] : [2, 3] },
        ...(c ? [{ shape: c }] : []),
      ],
      build: (a: Tensor, b: Tensor, term?: Tensor) => g.gemm(a, b, term, { transA, transB }),
    })),
  ),
);

const product = (a: Shape, b: Shape): OperatorCase => ({
  inputs: [{ shape: a }, { shape: b }],
  build: (left, right) => g.matmul(left!, right!),
});

const convOperands: CheckedInput[] = [{ shape: [2, 4, 5, 2] }, { shape: [2, 3, 2, 3] }, { shape: [3] }];
const WINDOW: Conv2dOptions = {
  stride: [2, 2],
  padding: [
    [1, 0],
    [1, 1],
  ],
};

/** Every operator at several shapes. The record is exhaustive: an operator without a case does not compile. */
export const operatorCases: { readonly [K in OperatorName]: readonly OperatorCase[] } = {
  Input: unary((x) => x!),
  Constant: unary((x) => g.add(x!, g.constant(2, x!.shape))),
  StopGradient: unary((x) => g.mul(x!, g.stopGradient(g.constant(3)))),

  Neg: unary((x) => g.neg(x!)),
  Abs: unary((x) => g.abs(x!)),
  Sign: unary((x) => g.mul(g.sign(x!), x!)),
  Exp: unary((x) => g.exp(x!)),
  Log: unaryWithin((x) => g.log(x!), 0.2, 3),
  Sqrt: unaryWithin((x) => g.sqrt(x!), 0.2, 3),
  Reciprocal: unary((x) => g.reciprocal(x!)),
  Erf: unary((x) => g.erf(x!)),
  Sin: unary((x) => g.sin(x!)),
  Cos: unary((x) => g.cos(x!)),
  Sigmoid: unary((x) => g.sigmoid(x!)),
  Tanh: unary((x) => g.tanh(x!)),
  Softplus: unary((x) => g.softplus(g.mul(x!, 4))),
  SumSoftplus: [[4], [3, 5], [2, 3, 4]].map((shape) => ({
    inputs: [{ shape }],
    build: (x: Tensor) => g.sumSoftplus(g.mul(x, 4)),
  })),
  Relu: unary((x) => g.relu(x!)),
  Elu: [0.3, 1, 2].flatMap((alpha) => unary((x) => g.elu(x!, alpha))),
  LeakyRelu: [0.01, 0.2, 1.5].flatMap((alpha) => unary((x) => g.leakyRelu(x!, alpha))),
  HardSigmoid: [
    ...unaryWithin((x) => g.hardSigmoid(x!, 0.5, 0.6), -1, 0.7),
    ...[-4, 4].map((value) => ({
      inputs: [{ shape: [1], values: [value] }],
      build: (x: Tensor) => g.hardSigmoid(x, 0.5, 0.6),
    })),
    ...unaryWithin((x) => g.hardSigmoid(x!, -0.4, 0.5), -1, 1),
  ],
  // The logarithm of a number below 0 is not a number.
  IsNaN: unary((x) => g.where(g.notANumber(g.log(x!)), g.mul(x!, 3), x!)),
  Not: binary((a, b) => g.where(g.not(g.less(a!, b!)), a!, g.mul(b!, 2))),
  Cast: unary((x) => g.mul(g.cast(g.cast(g.mul(x!, 3), "int64"), "float32"), x!)),

  Add: [...binary((a, b) => g.add(a!, b!)), ...unary((x) => g.add(2, x!))],
  Sub: [...binary((a, b) => g.sub(a!, b!)), ...unary((x) => g.sub(2, x!))],
  Mul: [...binary((a, b) => g.mul(a!, b!)), ...unary((x) => g.mul(x!, -3))],
  Div: [...binary((a, b) => g.div(a!, b!)), ...unary((x) => g.div(2, x!))],
  Pow: [
    ...BROADCASTING.map(([a, b]) => ({
      inputs: [within(a, 0.3, 2, 1), within(b, -2, 2, 2)],
      build: (base: Tensor, exponent: Tensor) => g.pow(base, exponent),
    })),
    ...[2, 3, -1].flatMap((exponent) => unary((x) => g.pow(x!, exponent))),
    ...unary((x) => g.pow(1.7, x!)),
  ],
  Max: [...binary((a, b) => g.max(a!, b!)), ...unary((x) => g.max(x!, 0.05))],
  Min: [...binary((a, b) => g.min(a!, b!)), ...unary((x) => g.min(-0.05, x!))],
  Less: chosenBy(g.less),
  LessOrEqual: chosenBy(g.lessOrEqual),
  Greater: chosenBy(g.greater),
  GreaterOrEqual: chosenBy(g.greaterOrEqual),
  Equal: chosenBy((a, b) => g.equal(g.sign(a), g.sign(b))),
  And: chosenBy((a, b) => g.and(g.less(a, 0.5), g.greater(b, -0.5))),
  Or: chosenBy((a, b) => g.or(g.less(a, -0.5), g.greater(b, 0.5))),
  Where: [
    ...BROADCASTING.map(([a, b]) => ({
      inputs: [{ shape: [2, 3] }, { shape: a }, { shape: b }],
      build: (switching: Tensor, then: Tensor, otherwise: Tensor) =>
        g.where(g.greater(g.reduceMax(switching, [0], true), 1), then, otherwise),
    })),
    ...unary((x) => g.where(g.less(x!, 0), x!, 1)),
  ],

  Gemm: gemm,
  MatMul: [
    product([2, 3], [3, 4]),
    product([5, 2, 3], [5, 3, 4]),
    product([5, 2, 3], [3, 4]),
    product([2, 3], [5, 3, 4]),
    product([5, 1, 2, 3], [2, 3, 2]),
    product([1, 2, 3], [2, 3, 1]),
  ],

  Conv: [
    { inputs: convOperands, build: (x, kernel, bias) => conv2d(x!, kernel!, { bias: bias! }) },
    { inputs: convOperands, build: (x, kernel, bias) => conv2d(x!, kernel!, { ...WINDOW, bias: bias! }) },
    { inputs: [{ shape: [2, 1, 5, 1] }, { shape: [1, 2, 1, 3] }], build: (x, kernel) => conv2d(x!, kernel!) },
  ],
  ConvTranspose: [
    {
      inputs: [{ shape: [2, 2, 3, 3] }, { shape: [2, 3, 2, 3] }, { shape: [2] }],
      build: (y, kernel, bias) =>
        convTranspose2d(y!, kernel!, { ...WINDOW, bias: bias!, outputSize: [4, 5] }),
    },
    {
      inputs: [{ shape: [1, 1, 3, 2] }, { shape: [1, 2, 1, 2] }],
      build: (y, kernel) => convTranspose2d(y!, kernel!, { stride: [1, 2] }),
    },
  ],
  ConvKernelGradient: [
    {
      inputs: [{ shape: [2, 4, 5, 2] }, { shape: [2, 2, 3, 2] }],
      build: (x, dy) =>
        kernelGradient(x!, dy!, {
          strides: [2, 2],
          pads: [1, 1, 0, 1],
          dilations: [1, 1],
          kernelSize: [2, 3],
        }),
    },
  ],

  ReduceSum: reduction(g.reduceSum),
  ReduceMean: reduction(g.reduceMean),
  ReduceMax: reduction(g.reduceMax),
  Softmax: eachAxis(g.softmax),
  LogSoftmax: eachAxis(g.logSoftmax),

  Reshape: [
    { inputs: [{ shape: [2, 3] }], build: (x) => g.reshape(x!, [3, -1]) },
    { inputs: [{ shape: [1] }], build: (x) => g.reshape(x!, []) },
    { inputs: [{ shape: [] }], build: (x) => g.reshape(x!, [1, 1]) },
  ],
  Expand: [
    { inputs: [{ shape: [3] }], build: (x) => g.expand(x!, [2, 3]) },
    { inputs: [{ shape: [2, 1] }], build: (x) => g.expand(x!, [4, 2, 3]) },
    { inputs: [{ shape: [] }], build: (x) => g.expand(x!, [2, 2]) },
    { inputs: [{ shape: [1, 1] }], build: (x) => g.expand(x!, [1, 1]) },
  ],
  Transpose: [
    [0, 1, 2],
    [0, 2, 1],
    [1, 2, 0],
    [2, 0, 1],
  ].map((permutation) => ({
    inputs: [{ shape: [2, 3, 4] }],
    build: (x: Tensor) => g.transpose(x, permutation),
  })),
  Concat: [
    { inputs: [{ shape: [2, 3] }], build: (x) => g.concat([x!], 1) },
    { inputs: [{ shape: [2, 3] }, { shape: [2, 1] }], build: (a, b) => g.concat([a!, b!, a!], 1) },
    { inputs: [{ shape: [2, 3] }, { shape: [1, 3] }], build: (a, b) => g.concat([a!, b!], 0) },
  ],
  Slice: [
    { inputs: [{ shape: [5] }], build: (x) => g.slice(x!, 0, 1, 3) },
    { inputs: [{ shape: [2, 4, 2] }], build: (x) => g.slice(x!, 1, 0, 3) },
    { inputs: [{ shape: [2, 4] }], build: (x) => g.slice(x!, 1, 3, 4) },
    {
      inputs: [{ shape: [2, 4] }],
      build: (x) => g.mul(g.slice(x!, 1, 0, 3), g.slice(x!, 1, 1, 4)),
    },
  ],
  Pad: [
    { inputs: [{ shape: [3] }], build: (x) => g.pad(x!, 0, 1, 2) },
    { inputs: [{ shape: [2, 3, 2] }], build: (x) => g.pad(x!, 1, 0, 2) },
    { inputs: [{ shape: [2, 3] }], build: (x) => g.pad(x!, 1, 3, 0) },
  ],
  Gather: [
    { inputs: [{ shape: [4, 2] }], build: (x) => g.gather(x!, indices([2, 0, 2, 2])) },
    { inputs: [{ shape: [3, 4] }], build: (x) => g.gather(x!, indices([3, 3, 1, 0], [2, 2]), 1) },
    { inputs: [{ shape: [2, 3, 2] }], build: (x) => g.gather(x!, indices([1], []), 1) },
    {
      inputs: [{ shape: [4] }, { shape: [3], type: "int64", values: [1, 1, 3] }],
      build: (x, chosen) => g.gather(x!, chosen!),
    },
  ],
  ScatterAdd: [
    {
      inputs: [{ shape: [4, 2] }, { shape: [3, 2] }],
      build: (data, updates) => g.scatterAdd(data!, indices([1, 3, 1]), updates!),
    },
    {
      inputs: [{ shape: [2, 3] }, { shape: [2, 2, 2] }],
      build: (data, updates) => g.scatterAdd(data!, indices([0, 2, 2, 0], [2, 2]), updates!, 1),
    },
    {
      inputs: [{ shape: [3, 2] }, { shape: [2] }],
      build: (data, updates) => g.scatterAdd(data!, indices([2], []), updates!),
    },
  ],
};
