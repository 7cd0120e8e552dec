import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { Inputs } from "../../test/reference/operator-cases.ts";
import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { emitFreeBatch } from "./emit.ts";
import { ModelProtoSchema, type ValueInfoProto } from "./generated/onnx_pb.ts";
import { run } from "./testing/session.ts";

/** Graphs in which lengths depend on the batch size in every way that a model can express. */
const graphs: Record<string, (batch: number, inputs: Inputs) => Record<string, Tensor>> = {
  layers: (batch, inputs) => {
    const x = inputs.real([batch, 6]);
    const hidden = g.elu(g.gemm(x, inputs.real([6, 4]), inputs.real([4])));
    const scores = g.logSoftmax(g.mul(hidden, 2));
    return { hidden, scores, chosen: g.where(g.greater(hidden, 0), scores, hidden) };
  },
  reductions: (batch, inputs) => {
    const x = inputs.real([batch, 6]);
    return {
      rows: g.reduceSum(x, [1]),
      mean: g.reduceMean(x, [0]),
      all: g.reduceMax(x),
      centred: g.sub(x, g.reduceMean(x, [0], true)),
      acrossRows: g.softmax(x, 0),
    };
  },
  reshape: (batch, inputs) => {
    const x = inputs.real([batch, 6]);
    const square = g.gemm(x, x, undefined, { transB: true });
    return {
      split: g.reshape(x, [batch, 2, 3]),
      merged: g.reshape(x, [2 * batch, 3]),
      vector: g.reshape(x, [6 * batch]),
      moved: g.reshape(x, [2, batch, 3]),
      sameSquare: g.reshape(square, [batch, 1, batch]),
      twoUnknown: g.reshape(square, [1, 1, batch, batch]),
    };
  },
  expand: (batch, inputs) => ({
    columns: g.expand(inputs.real([batch, 1]), [batch, 4]),
    leading: g.expand(inputs.real([batch, 3]), [2, batch, 3]),
    rows: g.expand(inputs.real([3]), [batch, 3]),
    scalar: g.expand(inputs.real([]), [3 * batch, 2]),
  }),
  movement: (batch, inputs) => {
    const [x, y] = [inputs.real([batch, 6]), inputs.real([batch, 6])];
    const both = g.concat([x, y], 0);
    return {
      both,
      second: g.slice(both, 0, batch, 2 * batch),
      first: g.slice(both, 0, 0, batch),
      part: g.slice(x, 1, 1, 5),
      padded: g.pad(x, 0, batch, 2 * batch),
      framed: g.pad(x, 1, 1, 2),
      turned: g.transpose(x, [1, 0]),
      matrices: g.matmul(g.reshape(x, [batch, 2, 3]), g.reshape(y, [batch, 3, 2])),
    };
  },
  constants: (batch, inputs) => ({
    sum: g.add(inputs.real([batch, 2]), g.constant(0.5, [batch, 2])),
    alone: g.constant(3, [batch]),
    integers: g.constant(3, [2 * batch], "int64"),
  }),
  gather: (batch, inputs) => {
    const [table, x] = [inputs.real([5, 3]), inputs.real([batch, 6])];
    const [ofRows, fixed] = [inputs.integers([batch], 0, 5), g.constant([1, 1, 0], [3], "int64")];
    const grid = inputs.integers([batch, 2], 0, 5);
    return {
      looked: g.gather(table, ofRows),
      columns: g.gather(x, fixed, 1),
      scattered: g.scatterAdd(table, ofRows, inputs.real([batch, 3])),
      scatteredGrid: g.scatterAdd(table, grid, inputs.real([batch, 2, 3])),
      scatteredColumns: g.scatterAdd(x, fixed, inputs.real([batch, 3]), 1),
    };
  },
  pairs: (batch, inputs) => {
    const x = inputs.real([3, 2 * batch]);
    return { padded: g.pad(g.exp(x), 1, batch, 0), filled: g.constant(1, [batch, 3 * batch]) };
  },
};

test.each(Object.entries(graphs))("%s give the right numbers at every batch size", async (_, build) => {
  const model = emitFreeBatch((batch) => ({ outputs: build(batch, new Inputs()) }));
  for (const batch of [1, 2, 7]) {
    const inputs = new Inputs();
    const outputs = build(batch, inputs);
    const values = Object.fromEntries(Object.entries(inputs.feeds).map(([name, { data }]) => [name, data]));
    const expected = interpret(Object.values(outputs), values);

    const results = await run(model, inputs.feeds);

    for (const [index, [name, { shape }]] of Object.entries(outputs).entries()) {
      expect(results[name]!.shape, name).toEqual(shape);
      for (const [position, value] of expected[index]!.entries())
        expect(results[name]!.data[position], `${name}[${position}]`).toBeCloseTo(value, 4);
    }
  }
});

function dimensions({ type }: ValueInfoProto): (string | bigint | undefined)[] | undefined {
  if (type?.value.case !== "tensorType") return undefined;
  return type.value.value.shape?.dim.map(({ value }) => value.value);
}

test("dimensions that grow with the batch are named after it", () => {
  const model = emitFreeBatch((batch) => {
    const x = g.input("x", [batch, 3]);
    return { inputs: [x, g.input("unused", [batch])], outputs: { y: g.concat([x, x], 0), z: g.neg(x) } };
  });
  const { graph } = fromBinary(ModelProtoSchema, model);
  expect(graph!.input.map(dimensions)).toEqual([["batch", 3n], ["batch"]]);
  expect(graph!.output.map(dimensions)).toEqual([
    ["2*batch", 3n],
    ["batch", 3n],
  ]);
});

test("weights are stored, and shapes are computed only where the engine cannot tell them", () => {
  const build = (batch: number) => {
    const x = g.input("x", [batch, 6]);
    const y = g.gemm(g.reshape(g.reshape(x, [batch, 2, 3]), [2 * batch, 3]), g.input("w", [3, 3]));
    return { outputs: { y: g.add(y, g.expand(g.reduceSum(y, [1], true), [2 * batch, 3])) } };
  };
  const model = emitFreeBatch(build, { initializers: { w: new Float32Array(9) } });
  const { graph } = fromBinary(ModelProtoSchema, model);
  expect(graph!.input.map(({ name }) => name)).toEqual(["x"]);
  expect(graph!.node.map(({ opType }) => opType)).not.toContain("Shape");
});

const x = (batch: number) => g.input("x", [batch, 2]);

test.each<[string, (batch: number) => Tensor, RegExp]>([
  ["values", (batch) => g.mul(x(batch), 1 / batch), /^attribute value of Constant depends on the batch size/],
  ["one of many values", (batch) => g.add(x(batch), g.constant([1, batch])), /^attribute value of Constant/],
  ["attributes", (batch) => g.elu(x(batch), batch), /^attribute alpha of Elu depends on the batch size/],
  [
    "other lengths",
    (batch) => g.slice(x(batch), 0, 0, batch - 1),
    /^for batches of 1009 and 1013, attribute end of Slice has the lengths 1008 and 1012;/,
  ],
  ["squares", (batch) => g.expand(g.input("x", [1]), [batch ** 2]), /has the lengths 1018081 and 1026169/],
  [
    "the number of nodes",
    (batch) => (batch > 1010 ? g.neg(x(batch)) : x(batch)),
    /the graph has 1 and 2 nodes/,
  ],
  ["operators", (batch) => (batch > 1010 ? g.neg(x(batch)) : g.exp(x(batch))), /a node is Exp and Neg/],
  [
    "connections",
    (batch) => {
      const a = g.neg(x(batch));
      const b = g.exp(a);
      return batch > 1010 ? g.add(b, a) : g.add(b, b);
    },
    /Add reads different nodes/,
  ],
  [
    "ranks",
    (batch) => g.exp(g.input("x", batch > 1010 ? [batch, 1] : [batch])),
    /Input has the shapes \[1009\] and/,
  ],
  ["types", (batch) => g.cast(x(batch), batch > 1010 ? "int64" : "bool"), /Cast is bool and int64/],
  ["nothing", () => g.neg(g.input("x", [3, 2])), /^no input has a length that depends on the batch size/],
  [
    "lengths of two axes at once",
    (batch) => {
      const indices = g.input("i", [batch, batch], "int64");
      return g.scatterAdd(g.input("x", [3]), indices, g.input("u", [batch, batch]));
    },
    /^a length grows with the square of the batch size/,
  ],
])("a batch that changes %s is refused", (_, build, message) => {
  const emit = () => emitFreeBatch((batch) => ({ outputs: { out: build(batch) } }));
  expect(emit).toThrow(ConfigError);
  expect(emit).toThrow(message);
});

test("outputs must keep their names", () => {
  const build = (batch: number) => {
    const [a, b] = [g.neg(x(batch)), g.exp(x(batch))];
    return { outputs: batch > 1010 ? { a, b } : { b: a, a: b } };
  };
  expect(() => emitFreeBatch(build)).toThrow(ConfigError);
});

test("weights that grow with the batch are refused", () => {
  const build = (batch: number) => ({ outputs: { y: g.neg(x(batch)) } });
  expect(() => emitFreeBatch(build, { initializers: { x: new Float32Array(4) } })).toThrow(
    new ConfigError("input x grows with the batch; only inputs of fixed shape can be stored"),
  );
});
