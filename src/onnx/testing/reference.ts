/** What every operator means, written as plainly as possible in float64: the oracle for emitted models. */
import { type OperatorName, type Shape, sizeOf, type Tensor, topologicalOrder } from "../../graph/node.ts";

/** Row-major numbers; booleans are 0 and 1. */
interface Value {
  readonly shape: Shape;
  readonly data: readonly number[];
}

type Rule<K extends OperatorName> = (node: Tensor<K>, ...inputs: Value[]) => Iterable<number>;

function* coordinates(shape: Shape): Generator<number[]> {
  for (let index = 0; index < sizeOf(shape); index++) {
    let rest = index;
    yield shape
      .map((_, axis) => shape[shape.length - 1 - axis]!)
      .map((dimension) => {
        const position = rest % dimension;
        rest = Math.floor(rest / dimension);
        return position;
      })
      .reverse();
  }
}

/** The element at a coordinate of the shape that the value broadcasts to. */
function at({ shape, data }: Value, coordinate: readonly number[]): number {
  const own = coordinate.slice(coordinate.length - shape.length);
  const index = own.reduce((sum, position, axis) => {
    return sum * shape[axis]! + (shape[axis] === 1 ? 0 : position);
  }, 0);
  return data[index]!;
}

function fill(shape: Shape, element: (coordinate: number[]) => number): number[] {
  return Array.from(coordinates(shape), element);
}

function sum(length: number, term: (index: number) => number): number {
  let total = 0;
  for (let index = 0; index < length; index++) total += term(index);
  return total;
}

const elementwise =
  (f: (...x: number[]) => number) =>
  ({ shape }: Tensor, ...inputs: Value[]) =>
    fill(shape, (coordinate) => f(...inputs.map((input) => at(input, coordinate))));

const reduce =
  (combine: (values: readonly number[]) => number) =>
  ({ attributes: { axes } }: Tensor<"ReduceSum" | "ReduceMean" | "ReduceMax">, x: Value) => {
    const groups = new Map<string, number[]>();
    for (const coordinate of coordinates(x.shape)) {
      const group = coordinate.filter((_, axis) => !axes.includes(axis)).join();
      groups.set(group, [...(groups.get(group) ?? []), at(x, coordinate)]);
    }
    return [...groups.values()].map(combine);
  };

const total = (values: readonly number[]) => sum(values.length, (index) => values[index]!);

/** Each element and the sum of exponentials along the axis it lies on. */
const normalized =
  (f: (x: number, partition: number) => number) =>
  ({ attributes: { axis } }: Tensor<"Softmax" | "LogSoftmax">, x: Value) =>
    fill(x.shape, (coordinate) => {
      const partition = sum(x.shape[axis]!, (other) => Math.exp(at(x, coordinate.with(axis, other))));
      return f(at(x, coordinate), partition);
    });

/** 2/√π ∫₀ˣ exp(−t²) dt by Simpson's rule. */
function erf(x: number): number {
  const steps = 2000;
  const weight = (index: number) => (index === 0 || index === steps ? 1 : index % 2 === 1 ? 4 : 2);
  const integral = sum(steps + 1, (index) => weight(index) * Math.exp(-(((x * index) / steps) ** 2)));
  return ((2 / Math.sqrt(Math.PI)) * integral * x) / steps / 3;
}

/** Which slice of the data a coordinate of Gather's result, or of ScatterAdd's updates, refers to. */
function slicePosition(axis: number, indices: Value, coordinate: readonly number[]): number[] {
  const end = axis + indices.shape.length;
  return [...coordinate.slice(0, axis), at(indices, coordinate.slice(axis, end)), ...coordinate.slice(end)];
}

const rules: { readonly [K in OperatorName]: Rule<K> } = {
  Input: ({ attributes }) => {
    throw new Error(`input ${attributes.name} has no value`);
  },
  Constant: ({ attributes: { value, shape } }) =>
    typeof value === "number" ? fill(shape, () => value) : value,
  StopGradient: (_, x) => x.data,

  Neg: elementwise((x) => -x),
  Abs: elementwise(Math.abs),
  Sign: elementwise(Math.sign),
  Exp: elementwise(Math.exp),
  Log: elementwise(Math.log),
  Sqrt: elementwise(Math.sqrt),
  Reciprocal: elementwise((x) => 1 / x),
  Erf: elementwise(erf),
  Sin: elementwise(Math.sin),
  Cos: elementwise(Math.cos),
  Sigmoid: elementwise((x) => 1 / (1 + Math.exp(-x))),
  Tanh: elementwise(Math.tanh),
  Softplus: elementwise((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  Relu: elementwise((x) => Math.max(x, 0)),
  Elu: (node, x) => elementwise((v) => (v < 0 ? node.attributes.alpha * Math.expm1(v) : v))(node, x),
  LeakyRelu: (node, x) => elementwise((v) => (v < 0 ? node.attributes.alpha * v : v))(node, x),
  HardSigmoid: (node, x) => {
    const { alpha, beta } = node.attributes;
    return elementwise((v) => Math.max(0, Math.min(1, alpha * v + beta)))(node, x);
  },
  Not: elementwise((x) => 1 - x),
  Cast: (node, x) => {
    const convert = { float32: (v: number) => v, int64: Math.trunc, bool: (v: number) => (v === 0 ? 0 : 1) };
    return elementwise(convert[node.attributes.to])(node, x);
  },

  Add: elementwise((a, b) => a! + b!),
  Sub: elementwise((a, b) => a! - b!),
  Mul: elementwise((a, b) => a! * b!),
  Div: (node, a, b) =>
    elementwise((x, y) => (node.type === "int64" ? Math.trunc(x! / y!) : x! / y!))(node, a, b),
  Pow: elementwise((a, b) => a! ** b!),
  Max: elementwise(Math.max),
  Min: elementwise(Math.min),
  Less: elementwise((a, b) => Number(a! < b!)),
  LessOrEqual: elementwise((a, b) => Number(a! <= b!)),
  Greater: elementwise((a, b) => Number(a! > b!)),
  GreaterOrEqual: elementwise((a, b) => Number(a! >= b!)),
  Equal: elementwise((a, b) => Number(a === b)),
  And: elementwise((a, b) => a! * b!),
  Or: elementwise(Math.max),
  Where: elementwise((condition, then, otherwise) => (condition ? then! : otherwise!)),

  Gemm: ({ attributes: { transA, transB }, shape }, a, b, c) =>
    fill(shape, ([row, column]) => {
      const product = sum(a.shape[transA ? 0 : 1]!, (inner) => {
        const left = at(a, transA ? [inner, row!] : [row!, inner]);
        return left * at(b, transB ? [column!, inner] : [inner, column!]);
      });
      return product + (c ? at(c, [row!, column!]) : 0);
    }),
  MatMul: ({ shape }, a, b) =>
    fill(shape, (coordinate) => {
      const [batch, [row, column]] = [coordinate.slice(0, -2), coordinate.slice(-2)];
      return sum(a.shape.at(-1)!, (inner) => {
        return at(a, [...batch, row!, inner]) * at(b, [...batch, inner, column!]);
      });
    }),

  ReduceSum: reduce(total),
  ReduceMean: reduce((values) => total(values) / values.length),
  ReduceMax: reduce((values) => Math.max(...values)),
  Softmax: normalized((x, partition) => Math.exp(x) / partition),
  LogSoftmax: normalized((x, partition) => x - Math.log(partition)),

  Reshape: (_, x) => x.data,
  Expand: elementwise((x) => x),
  Transpose: ({ attributes: { permutation }, shape }, x) =>
    fill(shape, (coordinate) => {
      const source = x.shape.map((_, axis) => coordinate[permutation.indexOf(axis)]!);
      return at(x, source);
    }),
  Concat: ({ attributes: { axis }, shape }, ...parts) =>
    fill(shape, (coordinate) => {
      let position = coordinate[axis]!;
      const part = parts.find(({ shape: own }) => {
        if (position < own[axis]!) return true;
        position -= own[axis]!;
        return false;
      });
      return at(part!, coordinate.with(axis, position));
    }),
  Slice: ({ attributes: { axis, start }, shape }, x) =>
    fill(shape, (coordinate) => at(x, coordinate.with(axis, coordinate[axis]! + start))),
  Pad: ({ attributes: { axis, before }, shape }, x) =>
    fill(shape, (coordinate) => {
      const position = coordinate[axis]! - before;
      return position < 0 || position >= x.shape[axis]! ? 0 : at(x, coordinate.with(axis, position));
    }),
  Gather: ({ attributes: { axis }, shape }, data, indices) =>
    fill(shape, (coordinate) => at(data, slicePosition(axis, indices, coordinate))),
  ScatterAdd: ({ attributes: { axis } }, data, indices, updates) => {
    const added = new Map<string, number>();
    for (const coordinate of coordinates(updates.shape)) {
      const position = slicePosition(axis, indices, coordinate).join();
      added.set(position, (added.get(position) ?? 0) + at(updates, coordinate));
    }
    return fill(data.shape, (coordinate) => at(data, coordinate) + (added.get(coordinate.join()) ?? 0));
  },
};

function apply<K extends OperatorName>(node: Tensor<K>, inputs: Value[]): Iterable<number> {
  return rules[node.operator](node, ...inputs);
}

/** The values of tensors, in row-major order. @param inputs values of the `Input` nodes by name */
export function evaluate(
  tensors: readonly Tensor[],
  inputs: Readonly<Record<string, readonly number[]>>,
): number[][] {
  const values = new Map<Tensor, Value>();
  for (const node of topologicalOrder(tensors)) {
    const given = node.operator === "Input" ? inputs[node.attributes.name] : undefined;
    const data = given ?? [
      ...apply(
        node,
        node.inputs.map((input) => values.get(input)!),
      ),
    ];
    values.set(node, { shape: node.shape, data });
  }
  return tensors.map((tensor) => [...values.get(tensor)!.data]);
}
