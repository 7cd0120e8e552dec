import fc from "fast-check";
import * as g from "../../src/graph/build.ts";
import { sizeOf, type Tensor } from "../../src/graph/node.ts";
import { Choices, Garden, MAX_ELEMENTS } from "./garden.ts";

/** What random choices grow into: the inputs that were needed and every tensor that was built. */
export interface RandomGraph {
  readonly inputs: readonly Tensor<"Input">[];
  readonly tensors: readonly Tensor[];
}

type Step = (x: Tensor, choices: Choices, garden: Garden) => Tensor;

const elementwise =
  (build: (x: Tensor) => Tensor): Step =>
  (x) =>
    build(x);
const pairwise =
  (build: (a: Tensor, b: Tensor) => Tensor): Step =>
  (x, choices, garden) => {
    const other = garden.companion(choices, x);
    return choices.below(2) === 0 ? build(x, other) : build(other, x);
  };
const axisOf = (x: Tensor, choices: Choices) => choices.below(x.shape.length);
/** For steps that need an axis: a scalar becomes a vector first. */
const withAxis =
  (build: (x: Tensor, axis: number, choices: Choices, garden: Garden) => Tensor): Step =>
  (x, choices, garden) => {
    const vector = x.shape.length > 0 ? x : g.reshape(x, [1]);
    return build(vector, axisOf(vector, choices), choices, garden);
  };
const reduction = (reduce: typeof g.reduceSum): Step =>
  withAxis((x, axis, choices) => {
    const axes = choices.of([[axis], [axis], undefined, [], x.shape.map((_, each) => each).slice(axis)]);
    return reduce(x, axes, choices.below(2) === 0);
  });
const asMatrix = (x: Tensor) => g.reshape(x, x.shape.length > 0 ? [x.shape[0]!, -1] : [1, 1]);
const indices = (choices: Choices, below: number) => {
  const values = Array.from({ length: 1 + choices.below(4) }, () => choices.below(below));
  return g.constant(values, [values.length], "int64");
};
/** Values in (0.5, 2.5), for functions that need positive ones. */
const positive = (x: Tensor) => g.add(g.tanh(x), 1.5);

/** One step a graph can grow by. Arguments are squashed where values would grow or leave the function's domain. */
const steps: readonly Step[] = [
  ...[g.neg, g.abs, g.sin, g.cos, g.erf, g.sigmoid, g.tanh, g.softplus, g.relu].map(elementwise),
  elementwise((x) => g.exp(g.tanh(x))),
  elementwise((x) => g.log(positive(x))),
  elementwise((x) => g.sqrt(positive(x))),
  elementwise((x) => g.reciprocal(positive(x))),
  (x, choices) => g.elu(x, choices.of([1, 0.5])),
  elementwise((x) => g.leakyRelu(x, 0.2)),
  elementwise((x) => g.hardSigmoid(x, 0.3, 0.5)),
  elementwise((x) => g.mul(x, g.sign(x))),
  elementwise((x) => g.mul(x, g.cast(g.not(g.less(x, 0)), "float32"))),

  ...[g.add, g.sub, g.max, g.min].flatMap((build) => [pairwise(build), pairwise(build)]),
  pairwise((a, b) => g.mul(g.tanh(a), b)),
  pairwise((a, b) => g.mul(a, g.sin(b))),
  pairwise((a, b) => g.div(a, positive(b))),
  pairwise((a, b) => g.pow(positive(a), g.tanh(b))),
  pairwise((a, b) => g.where(g.or(g.less(a, b), g.greater(a, 1)), a, g.mul(b, 0.5))),
  (x, choices) => g.add(x, choices.of([0, 1, -1, g.constant(0, x.shape), g.constant(2, x.shape)])),
  (x, choices) => g.mul(x, choices.of([0, 1, -1, 0.5, g.constant(1, x.shape), g.constant(-1, x.shape)])),
  (x, choices) => g.sub(x, choices.of([0, g.constant(0, [2, ...x.shape.map(() => 1)])])),
  (x) => g.div(x, 1),

  (x, choices, garden) => {
    const a = asMatrix(x);
    const [transA, transB] = [choices.below(2) === 0, choices.below(2) === 0];
    const [rows, inner] = transA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
    const columns = 1 + choices.below(3);
    const b = garden.fitting(choices, transB ? [columns, inner] : [inner, columns]);
    const term = choices.of([undefined, [], [columns], [rows, 1], [rows, columns]]);
    return g.gemm(g.tanh(a), b, term && garden.fitting(choices, term), { transA, transB });
  },
  (x, choices, garden) => {
    const a = g.transpose(asMatrix(x), [1, 0]);
    const b = g.transpose(garden.fitting(choices, [2, a.shape[1]!]), [1, 0]);
    return choices.below(2) === 0 ? g.gemm(g.tanh(a), b) : g.matmul(g.tanh(a), b);
  },
  withAxis((x, _, choices, garden) => {
    const a = x.shape.length > 1 ? x : g.expand(x, [2, x.shape[0]!]);
    const inner = a.shape.at(-1)!;
    const stack = a.shape.length > 2 ? [1, ...a.shape.slice(1, -2)] : [2];
    const b = garden.fitting(
      choices,
      choices.of([
        [inner, 2],
        [...stack, inner, 1],
      ]),
    );
    return g.matmul(g.tanh(a), b);
  }),

  reduction(g.reduceSum),
  reduction(g.reduceMean),
  reduction(g.reduceMax),
  withAxis((x, axis) => g.softmax(x, axis)),
  withAxis((x, axis) => g.logSoftmax(x, axis)),

  (x, choices) => g.reshape(x, choices.of([[-1], [1, -1], x.shape, [...x.shape, 1]])),
  (x) => (sizeOf(x.shape) % 2 === 0 ? g.reshape(x, [2, -1]) : g.reshape(x, [-1, 1])),
  (x, choices) => g.expand(x, [choices.of([1, 2]), ...x.shape]),
  withAxis((x, axis) =>
    g.transpose(
      x,
      x.shape.map((_, from) => (from + axis) % x.shape.length),
    ),
  ),
  withAxis((x, axis) =>
    g.transpose(
      x,
      x.shape.map((_, from) => (from === axis ? 0 : from === 0 ? axis : from)),
    ),
  ),
  withAxis((x, axis, choices, garden) => {
    const parts = [x, garden.fitting(choices, x.shape), x];
    return g.concat(parts.slice(0, 1 + choices.below(3)), axis);
  }),
  withAxis((x, axis, choices) => {
    const start = choices.below(x.shape[axis]!);
    return g.slice(x, axis, start, start + 1 + choices.below(x.shape[axis]! - start));
  }),
  withAxis((x, axis, choices) => {
    const cut = 1 + choices.below(x.shape[axis]!);
    if (cut === x.shape[axis]) return g.slice(x, axis, 0, cut);
    const [front, back] = g.split(x, axis, [cut, x.shape[axis]! - cut]);
    return g.concat([g.tanh(back!), g.mul(front!, 2)], axis);
  }),
  withAxis((x, axis, choices) => g.pad(x, axis, choices.below(2), choices.below(3))),
  withAxis((x, axis, choices) => g.gather(x, indices(choices, x.shape[axis]!), axis)),
  withAxis((x, axis, choices, garden) => {
    const chosen = indices(choices, x.shape[axis]!);
    const shape = x.shape.with(axis, chosen.shape[0]!);
    return g.scatterAdd(x, chosen, garden.fitting(choices, shape), axis);
  }),
];

function grow(program: readonly (readonly number[])[]): RandomGraph {
  const garden = new Garden();
  garden.tensors.push(garden.input([2, 3]));
  for (const numbers of program) {
    const choices = new Choices(numbers);
    const step = choices.of(steps);
    const grown = step(choices.recent(garden.tensors), choices, garden);
    if (sizeOf(grown.shape) <= MAX_ELEMENTS) garden.tensors.push(grown);
  }
  return garden;
}

/** Well-typed float32 graphs of up to 12 steps over small tensors; values stay moderate for moderate inputs. */
export function randomGraphs(): fc.Arbitrary<RandomGraph> {
  const numbers = fc.array(fc.nat({ max: 0xffff }), { minLength: 6, maxLength: 12 });
  return fc.array(numbers, { minLength: 1, maxLength: 12, size: "max" }).map(grow);
}
