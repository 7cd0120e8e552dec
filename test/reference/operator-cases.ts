/**
 * For every operator, graphs that show what could go wrong with it: shapes, axes, attributes and extreme values. The
 * same table serves emission (ONNX Runtime against the definitions) and gradients (against central differences).
 */
import * as g from "../../src/graph/build.ts";
import { conv2d, convTranspose2d, kernelGradient } from "../../src/graph/convolution/convolution.ts";
import { gradient } from "../../src/graph/gradient.ts";
import {
  type ElementType,
  type OperatorName,
  type Shape,
  sizeOf,
  type Tensor,
} from "../../src/graph/node.ts";
import { simplify } from "../../src/graph/rewrite.ts";

/** Row-major numbers with the type and shape that an engine is to see. */
export interface Feed {
  readonly type: ElementType;
  readonly shape: Shape;
  readonly data: readonly number[];
}

/** Makes inputs and their values: pseudo-random, the same every time, and representable in float32. */
export class Inputs {
  readonly feeds: Record<string, Feed> = {};
  #state: number;

  /** @param seed whole, from 1 on */
  constructor(seed = 1) {
    this.#state = seed;
  }

  given(data: readonly number[], shape: Shape = [data.length], type: Feed["type"] = "float32"): Tensor {
    const name = `x${Object.keys(this.feeds).length}`;
    this.feeds[name] = { type, shape, data };
    return g.input(name, shape, type);
  }

  real(shape: Shape, low = -3, high = 3): Tensor {
    return this.given(
      this.#draw(shape, () => Math.fround(low + (high - low) * this.#uniform())),
      shape,
    );
  }

  integers(shape: Shape, low: number, high: number): Tensor {
    return this.given(
      this.#draw(shape, () => low + Math.floor((high - low) * this.#uniform())),
      shape,
      "int64",
    );
  }

  logical(shape: Shape): Tensor {
    return this.given(
      this.#draw(shape, () => (this.#uniform() < 0.5 ? 0 : 1)),
      shape,
      "bool",
    );
  }

  #draw(shape: Shape, draw: () => number): number[] {
    return Array.from({ length: sizeOf(shape) }, draw);
  }

  /** Lehmer's generator with the multiplier 48271 (Park and Miller, 1993). */
  #uniform(): number {
    this.#state = (this.#state * 48271) % 2147483647;
    return this.#state / 2147483647;
  }
}

/** Named outputs. Those named `extreme…` are at or near values where no central difference can be taken. */
type Case = (inputs: Inputs) => Record<string, Tensor>;

const EXTREMES = [-100, -30, -1, -0, 0, 1e-7, 1, 30, 100];

const unary =
  (operator: (x: Tensor) => Tensor, low = -3, high = 3): Case =>
  (inputs) => ({
    matrix: operator(inputs.real([3, 4], low, high)),
    scalar: operator(inputs.real([], low, high)),
  });

const saturating =
  (operator: (x: Tensor) => Tensor): Case =>
  (inputs) => ({ ...unary(operator)(inputs), extremes: operator(inputs.given(EXTREMES)) });

const binary =
  (operator: (a: Tensor, b: Tensor) => Tensor, low = -3, high = 3): Case =>
  (inputs) => {
    const real = (shape: Shape) => inputs.real(shape, low, high);
    return {
      same: operator(real([2, 3]), real([2, 3])),
      row: operator(real([2, 3]), real([3])),
      rowLeft: operator(real([3]), real([2, 3])),
      column: operator(real([2, 1]), real([3])),
      crossed: operator(real([1, 3]), real([2, 1])),
      outer: operator(real([4, 1, 3]), real([2, 1])),
      ones: operator(real([1]), real([1, 1])),
      scalar: operator(real([]), real([2, 1, 3])),
      scalarRight: operator(real([2, 3]), real([])),
    };
  };

const arithmetic =
  (operator: (a: Tensor, b: Tensor) => Tensor, low = -3, high = 3): Case =>
  (inputs) => ({
    ...binary(operator, low, high)(inputs),
    integers: operator(inputs.integers([2, 3], -9, 9), inputs.integers([3], 1, 9)),
  });

/** Chooses between two tensors by a condition on them, so that derivatives meet the condition. */
const chosenBy =
  (condition: (a: Tensor, b: Tensor) => Tensor): Case =>
  (inputs) => {
    const choose = (a: Tensor, b: Tensor) => g.where(condition(a, b), g.mul(a, 3), g.mul(b, b));
    return {
      chosen: choose(inputs.real([2, 3]), inputs.real([2, 3])),
      chosenBroadcast: choose(inputs.real([2, 1]), inputs.real([3])),
    };
  };

const comparison =
  (operator: (a: Tensor, b: Tensor) => Tensor): Case =>
  (inputs) => ({
    ...binary(operator)(inputs),
    ...chosenBy(operator)(inputs),
    ties: operator(inputs.given([1, 2, 3, 0]), inputs.given([1, 3, 2, -0])),
    integers: operator(inputs.integers([20], 0, 3), inputs.integers([20], 0, 3)),
  });

const logical =
  (operator: (a: Tensor, b: Tensor) => Tensor): Case =>
  (inputs) => ({
    ...chosenBy((a, b) => operator(g.less(a, 0.5), g.greater(b, -0.5)))(inputs),
    table: operator(inputs.given([0, 0, 1, 1], [4], "bool"), inputs.given([0, 1, 0, 1], [4], "bool")),
    broadcast: operator(inputs.logical([2, 1]), inputs.logical([3])),
  });

const reduction =
  (operator: typeof g.reduceSum): Case =>
  (inputs) => {
    const x = inputs.real([2, 3, 4]);
    return {
      all: operator(x),
      first: operator(x, [0]),
      middleKept: operator(x, [1], true),
      outer: operator(x, [0, 2]),
      last: operator(x, [-1]),
      none: operator(x, []),
      allKept: operator(x, [0, 1, 2], true),
      reversed: operator(x, [2, 1, 0]),
      scalar: operator(inputs.real([])),
    };
  };

const normalization =
  (operator: (x: Tensor, axis?: number) => Tensor): Case =>
  (inputs) => {
    const x = inputs.real([2, 3, 4]);
    return { first: operator(x, 0), middle: operator(x, 1), last: operator(x) };
  };

/** One transformation along each axis of a tensor of every type. */
const alongEachAxis =
  (operator: (x: Tensor, axis: number) => Tensor): Case =>
  (inputs) => {
    const x = inputs.real([2, 3, 4]);
    return {
      first: operator(x, 0),
      middle: operator(x, 1),
      last: operator(x, 2),
      vector: operator(inputs.real([5]), 0),
      integers: operator(inputs.integers([3, 2], -9, 9), 0),
      logical: operator(inputs.logical([3, 2]), 1),
    };
  };

/** Two slices of one tensor, whose derivatives are to be added. */
function overlap(x: Tensor): Tensor {
  return g.mul(g.slice(x, 1, 0, 3), g.slice(x, 1, 1, 4));
}

/** Every operator. The record is exhaustive: an operator without a case does not compile. */
export const operatorCases: { readonly [K in OperatorName]: Case } = {
  Input: (inputs) => {
    const x = inputs.real([2, 3]);
    return { once: x, again: x, integers: inputs.integers([2], 0, 9), logical: inputs.logical([]) };
  },
  Constant: (inputs) => ({
    scalar: g.constant(0.1),
    filled: g.constant(-2, [2, 3]),
    largeFill: g.constant(1.5, [40, 50]),
    vector: g.constant([1, -0, 1e-30, 1e30]),
    integers: g.constant([1, -2, 2 ** 40], [3, 1], "int64"),
    largeIntegers: g.constant(7, [1000], "int64"),
    added: g.add(inputs.real([2, 3]), g.constant(2, [2, 3])),
    logical: g.constant([1, 0, 1], [3], "bool"),
    largeLogical: g.constant(1, [1000], "bool"),
  }),
  StopGradient: (inputs) => {
    const x = inputs.real([2]);
    const factor = g.mul(x, g.stopGradient(g.constant(3)));
    return { factor, extremeInput: g.stopGradient(x), extremeValue: g.stopGradient(g.exp(x)) };
  },

  Neg: unary(g.neg),
  Abs: saturating(g.abs),
  Sign: saturating(g.sign),
  Exp: unary(g.exp, -20, 20),
  Log: (inputs) => ({ ...unary(g.log, 0.2, 9)(inputs), extremes: g.log(inputs.given([1e-30, 1e-6, 1e30])) }),
  Sqrt: (inputs) => ({ ...unary(g.sqrt, 0.2, 9)(inputs), extremes: g.sqrt(inputs.given([0, 1e-30, 1e30])) }),
  Reciprocal: unary(g.reciprocal, 0.3, 9),
  Erf: saturating(g.erf),
  Sin: unary(g.sin, -10, 10),
  Cos: unary(g.cos, -10, 10),
  Sigmoid: saturating(g.sigmoid),
  Tanh: saturating(g.tanh),
  Softplus: saturating(g.softplus),
  Relu: saturating(g.relu),
  Elu: (inputs) => ({
    ...saturating(g.elu)(inputs),
    steep: g.elu(inputs.real([3, 4]), 2.5),
    gentle: g.elu(inputs.real([3, 4]), 0.3),
    flat: g.elu(inputs.real([3, 4]), 0),
  }),
  LeakyRelu: (inputs) => ({
    ...saturating(g.leakyRelu)(inputs),
    steep: g.leakyRelu(inputs.real([3, 4]), 0.3),
    reversed: g.leakyRelu(inputs.real([3, 4]), 1.5),
  }),
  HardSigmoid: (inputs) => ({
    ...saturating((x) => g.hardSigmoid(x, 1, 1))(inputs),
    usual: g.hardSigmoid(inputs.real([3, 4]), 0.2, 0.5),
  }),
  // The logarithm of a number below 0 is not a number.
  IsNaN: (inputs) => ({
    ...chosenBy((a) => g.notANumber(g.log(a)))(inputs),
    some: g.notANumber(inputs.given([0, Number.NaN, -1, Number.POSITIVE_INFINITY, Number.NaN])),
    none: g.notANumber(inputs.real([3, 4])),
  }),
  Not: (inputs) => ({
    ...chosenBy((a, b) => g.not(g.less(a, b)))(inputs),
    matrix: g.not(inputs.logical([3, 4])),
    scalar: g.not(inputs.logical([])),
  }),
  Cast: (inputs) => {
    const [real, integers, logical] = [inputs.real([9]), inputs.integers([9], -1, 2), inputs.logical([9])];
    return {
      realToInteger: g.cast(real, "int64"),
      realToLogical: g.cast(inputs.given([0, -0, 0.5, -2]), "bool"),
      integerToReal: g.cast(integers, "float32"),
      integerToLogical: g.cast(integers, "bool"),
      logicalToReal: g.cast(logical, "float32"),
      logicalToInteger: g.cast(logical, "int64"),
      rounded: g.mul(g.cast(g.cast(real, "int64"), "float32"), real),
    };
  },

  Add: arithmetic(g.add),
  Sub: arithmetic(g.sub),
  Mul: arithmetic(g.mul),
  Div: arithmetic(g.div, 0.3),
  Pow: (inputs) => ({
    ...binary(g.pow, 0.3)(inputs),
    square: g.pow(inputs.real([9]), 2),
    cube: g.pow(inputs.real([9]), 3),
    root: g.pow(inputs.real([9], 0.2), 0.5),
    inverse: g.pow(inputs.real([9], 0.3), -1),
    power: g.pow(1.7, inputs.real([9])),
  }),
  Max: arithmetic(g.max),
  Min: arithmetic(g.min),
  Less: comparison(g.less),
  LessOrEqual: comparison(g.lessOrEqual),
  Greater: comparison(g.greater),
  GreaterOrEqual: comparison(g.greaterOrEqual),
  Equal: comparison(g.equal),
  And: logical(g.and),
  Or: logical(g.or),
  Where: (inputs) => ({
    row: g.where(inputs.logical([3]), inputs.real([2, 3]), inputs.real([2, 1])),
    same: g.where(inputs.logical([2, 3]), inputs.real([2, 3]), inputs.real([2, 3])),
    broadcast: g.where(inputs.logical([2, 1]), inputs.real([3]), inputs.real([])),
    integers: g.where(inputs.logical([3]), inputs.integers([3], -9, 9), 0),
    logical: g.where(inputs.logical([8]), inputs.logical([8]), inputs.logical([8])),
    logicalBroadcast: g.where(inputs.logical([2, 1]), inputs.logical([3]), inputs.logical([])),
  }),

  Gemm: (inputs) => {
    const [tall, wide] = [inputs.real([3, 4]), inputs.real([4, 3])];
    const [right, rightTransposed] = [inputs.real([4, 2]), inputs.real([2, 4])];
    const terms = {
      without: undefined,
      vector: [2],
      single: [1],
      cell: [1, 1],
      matrix: [3, 2],
      row: [1, 2],
      column: [3, 1],
      scalar: [],
    };
    return Object.fromEntries(
      Object.entries(terms).flatMap(([name, shape]) => {
        const term = shape && inputs.real(shape);
        return [
          [name, g.gemm(tall, right, term)],
          [`${name}A`, g.gemm(wide, right, term, { transA: true })],
          [`${name}B`, g.gemm(tall, rightTransposed, term, { transB: true })],
          [`${name}AB`, g.gemm(wide, rightTransposed, term, { transA: true, transB: true })],
        ];
      }),
    );
  },
  MatMul: (inputs) => ({
    matrices: g.matmul(inputs.real([3, 4]), inputs.real([4, 2])),
    batch: g.matmul(inputs.real([5, 3, 4]), inputs.real([5, 4, 2])),
    shared: g.matmul(inputs.real([5, 3, 4]), inputs.real([4, 2])),
    sharedLeft: g.matmul(inputs.real([3, 4]), inputs.real([5, 4, 2])),
    broadcast: g.matmul(inputs.real([2, 1, 3, 4]), inputs.real([3, 4, 2])),
    broadcastRight: g.matmul(inputs.real([1, 2, 3]), inputs.real([2, 3, 1])),
  }),

  Conv: (inputs) => {
    const [x, kernel, bias] = [inputs.real([2, 5, 4, 3]), inputs.real([3, 2, 3, 2]), inputs.real([2])];
    const padding = [
      [1, 0],
      [0, 2],
    ] as const;
    return {
      plain: conv2d(x, kernel),
      biased: conv2d(x, kernel, { bias }),
      padded: conv2d(x, kernel, { padding, stride: [2, 1], bias }),
      dilated: conv2d(x, kernel, { padding, dilation: [1, 3], stride: [1, 2] }),
      onePixel: conv2d(x, inputs.real([1, 1, 3, 2])),
      sequence: conv2d(inputs.real([2, 1, 7, 1]), inputs.real([1, 3, 1, 2]), {
        stride: [1, 2],
        padding: [
          [0, 0],
          [1, 1],
        ],
      }),
    };
  },
  ConvTranspose: (inputs) => {
    const [y, kernel, bias] = [inputs.real([2, 3, 2, 4]), inputs.real([3, 2, 3, 4]), inputs.real([3])];
    const padding = [
      [1, 0],
      [0, 1],
    ] as const;
    return {
      plain: convTranspose2d(y, kernel),
      biased: convTranspose2d(y, kernel, { bias }),
      strided: convTranspose2d(y, kernel, { padding, stride: [2, 3], bias }),
      oddSize: convTranspose2d(y, kernel, { padding, stride: [2, 3], outputSize: [7, 6] }),
      dilated: convTranspose2d(y, kernel, { dilation: [2, 3] }),
      sequence: convTranspose2d(inputs.real([2, 1, 3, 1]), inputs.real([1, 4, 2, 1]), {
        stride: [1, 2],
        outputSize: [1, 9],
      }),
    };
  },
  ConvKernelGradient: (inputs) => {
    const x = inputs.real([2, 6, 5, 3], -1, 1);
    const window = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] } as const;
    const strided = { strides: [2, 3], pads: [1, 0, 0, 2], dilations: [2, 1] } as const;
    return {
      plain: kernelGradient(x, inputs.real([2, 4, 4, 2]), { ...window, kernelSize: [3, 2] }),
      unreached: kernelGradient(x, inputs.real([2, 2, 2, 2]), { ...strided, kernelSize: [3, 2] }),
    };
  },

  ReduceSum: reduction(g.reduceSum),
  ReduceMean: reduction(g.reduceMean),
  ReduceMax: reduction(g.reduceMax),
  SumSoftplus: (inputs) => ({
    groups: g.sumSoftplus(inputs.real([3, 98])),
    prime: g.sumSoftplus(inputs.real([2, 3, 7])),
    large: g.sumSoftplus(inputs.real([2, 131], -30, 30)),
    vector: g.sumSoftplus(inputs.given(EXTREMES)),
  }),
  Softmax: normalization(g.softmax),
  LogSoftmax: normalization(g.logSoftmax),

  Reshape: (inputs) => ({
    matrix: g.reshape(inputs.real([2, 6]), [3, 4]),
    same: g.reshape(inputs.real([2, 3]), [2, 3]),
    toScalar: g.reshape(inputs.real([1, 1]), []),
    fromScalar: g.reshape(inputs.real([]), [1, 1]),
    integers: g.reshape(inputs.integers([4], 0, 9), [2, 2]),
    logical: g.reshape(inputs.logical([4]), [2, 2]),
  }),
  Expand: (inputs) => ({
    column: g.expand(inputs.real([2, 1]), [2, 3]),
    row: g.expand(inputs.real([3]), [2, 3]),
    scalar: g.expand(inputs.real([]), [2, 3]),
    integers: g.expand(inputs.integers([1], 0, 9), [4]),
    logical: g.expand(inputs.logical([2, 1]), [2, 2]),
  }),
  Transpose: (inputs) => ({
    matrix: g.transpose(inputs.real([2, 3]), [1, 0]),
    cycle: g.transpose(inputs.real([2, 3, 4]), [2, 0, 1]),
    integers: g.transpose(inputs.integers([2, 3], 0, 9), [1, 0]),
    logical: g.transpose(inputs.logical([2, 3]), [1, 0]),
  }),
  Concat: (inputs) => ({
    ...alongEachAxis((x, axis) => g.concat([x, x, x], axis))(inputs),
    unequal: g.concat([inputs.real([2, 1]), inputs.real([2, 3])], 1),
    single: g.concat([inputs.real([2, 3])], 1),
    rows: g.concat([inputs.real([2, 3]), inputs.real([1, 3])], 0),
  }),
  Slice: (inputs) => ({
    ...alongEachAxis((x, axis) => g.slice(x, axis, 1, 2))(inputs),
    front: g.slice(inputs.real([5]), 0, 0, 3),
    back: g.slice(inputs.real([5]), 0, 3, 5),
    overlapping: overlap(inputs.real([2, 4])),
  }),
  Pad: (inputs) => ({
    ...alongEachAxis((x, axis) => g.pad(x, axis, 1, 2))(inputs),
    front: g.pad(inputs.real([2, 3]), 1, 2, 0),
    back: g.pad(inputs.real([2, 3]), 0, 0, 1),
  }),
  Gather: (inputs) => ({
    ...alongEachAxis((x, axis) => g.gather(x, g.constant([1, 0, 1], [3], "int64"), axis))(inputs),
    grid: g.gather(inputs.real([4, 2]), inputs.integers([2, 3], 0, 4)),
    gridInside: g.gather(inputs.real([2, 4, 2]), inputs.integers([2, 3], 0, 4), 1),
    one: g.gather(inputs.real([2, 4]), inputs.integers([], 0, 4), 1),
  }),
  ScatterAdd: (inputs) => {
    const repeated = g.constant([1, 0, 1, 1], [4], "int64");
    return {
      vector: g.scatterAdd(inputs.real([3]), repeated, inputs.real([4])),
      first: g.scatterAdd(inputs.real([2, 3]), repeated, inputs.real([4, 3])),
      middle: g.scatterAdd(inputs.real([2, 3, 2]), repeated, inputs.real([2, 4, 2]), 1),
      last: g.scatterAdd(inputs.real([2, 3]), repeated, inputs.real([2, 4]), 1),
      grid: g.scatterAdd(inputs.real([4, 2]), inputs.integers([3, 5], 0, 4), inputs.real([3, 5, 2])),
      gridInside: g.scatterAdd(inputs.real([2, 3]), inputs.integers([2, 2], 0, 3), inputs.real([2, 2, 2]), 1),
      one: g.scatterAdd(inputs.real([4, 2]), inputs.integers([], 0, 4), inputs.real([2])),
    };
  },
};

/** The loss of a small autoencoder and its gradients: every part of a training step at once. */
export function trainingStep(inputs: Inputs): Record<string, Tensor> {
  const [x, noise] = [inputs.real([4, 6], 0, 1), inputs.real([4, 2])];
  const weights = { encoder: inputs.real([6, 4]), bias: inputs.real([4]), decoder: inputs.real([2, 6]) };
  const [mean, logVariance] = g.split(g.elu(g.gemm(x, weights.encoder, weights.bias)), 1, [2, 2]);
  const latent = g.add(mean!, g.mul(noise, g.exp(g.mul(0.5, logVariance!))));
  const logits = g.gemm(latent, weights.decoder);
  const negativeLogLikelihood = g.reduceSum(g.sub(g.softplus(logits), g.mul(x, logits)), [1]);
  const square = g.add(g.mul(mean!, mean!), g.exp(logVariance!));
  const divergence = g.mul(0.5, g.reduceSum(g.sub(g.sub(square, logVariance!), 1), [1]));
  const loss = g.reduceMean(g.add(negativeLogLikelihood, divergence));
  const [encoder, bias, decoder] = gradient(loss, Object.values(weights));
  return simplify({ outputs: { loss, encoder: encoder!, bias: bias!, decoder: decoder! } }).outputs;
}
