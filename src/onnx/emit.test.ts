import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Inputs, operatorCases } from "../../test/reference/operator-cases.ts";
import { ConfigError } from "../common/errors.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { emitModel } from "./emit.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { run } from "./testing/session.ts";

function decode(model: Uint8Array): ModelProto & { graph: GraphProto } {
  return fromBinary(ModelProtoSchema, model) as ModelProto & { graph: GraphProto };
}

const names = (values: readonly { readonly name: string }[]) => values.map(({ name }) => name);

function dense() {
  const [x, w, b] = [g.input("x", [4, 3]), g.input("w", [3, 2]), g.input("b", [2])];
  return { x, w, b, outputs: { y: g.tanh(g.gemm(x, w, b)) } };
}

test("a model says who made it, for which operators, and what the caller wants to keep with it", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const model = decode(
    emitModel(dense(), {
      name: "layer",
      docString: "One dense layer.",
      metadata: { dataset: "mnist", epoch: "3" },
      descriptions: { x: "rows", y: "activations" },
    }),
  );
  expect(model).toMatchObject({
    producerName: "vaekit",
    producerVersion: version,
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    docString: "One dense layer.",
    metadataProps: [
      { key: "dataset", value: "mnist" },
      { key: "epoch", value: "3" },
    ],
    graph: { name: "layer", input: [{ docString: "rows" }, {}, {}], output: [{ docString: "activations" }] },
  });
});

test("nodes and values have readable, unique names", () => {
  const x = g.input("Exp_1", [2]);
  const outputs = { Exp_2: g.neg(g.exp(g.exp(x))) };
  const { graph } = decode(emitModel({ outputs }));
  expect(graph.node.map(({ name, input, output }) => [name, input, output])).toEqual([
    ["Exp_3", ["Exp_1"], ["Exp_3"]],
    ["Exp_4", ["Exp_3"], ["Exp_4"]],
    ["Neg_1", ["Exp_4"], ["Exp_2"]],
  ]);
});

test("the same graph gives the same bytes", () => {
  for (const build of Object.values(operatorCases))
    expect(emitModel({ outputs: build(new Inputs()) })).toEqual(emitModel({ outputs: build(new Inputs()) }));
});

test("nothing is lost or unknown when any ONNX reader decodes a model", () => {
  const unknown: unknown[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return;
    if ("$unknown" in value) unknown.push(value);
    Object.values(value).forEach(visit);
  };
  for (const build of Object.values(operatorCases))
    visit(decode(emitModel({ outputs: build(new Inputs()) })));
  expect(unknown).toEqual([]);
});

test("equal constants are stored once, unequal ones and other types apart", () => {
  const x = g.input("x", [2]);
  const [zero, negativeZero] = [g.constant(0), g.constant(-0)];
  const parts = [zero, g.constant(0), negativeZero, g.constant(0, [1]), g.constant([0], [1])];
  const sums = parts.map((part) => g.add(x, part));
  const counted = g.add(g.cast(x, "int64"), g.constant(0, [1], "int64"));
  const { graph } = decode(
    emitModel({ outputs: { y: g.concat([...sums, g.cast(counted, "float32")], 0), z: g.reduceSum(x, [0]) } }),
  );
  // 0, −0, [0], and [0] as int64, which is also the axis of the sum.
  expect(graph.initializer.map(({ dims, dataType }) => [dims, dataType])).toEqual([
    [[], 1],
    [[], 1],
    [[1n], 1],
    [[1n], 7],
  ]);
});

test("large fills are not stored", () => {
  const model = emitModel({ outputs: { y: g.add(g.input("x", [500, 500]), g.constant(0.5, [500, 500])) } });
  expect(model.length).toBeLessThan(1000);
});

test("inputs come in the caller's order, used or not", () => {
  const { x, w, b, outputs } = dense();
  const unused = g.input("seed", [1], "int64");
  const inputs = [unused, b, x, w];
  expect(names(decode(emitModel({ inputs, outputs })).graph.input)).toEqual(["seed", "b", "x", "w"]);
  expect(names(decode(emitModel({ outputs })).graph.input)).toEqual(["x", "w", "b"]);
});

test("initializers become part of the model", async () => {
  const { x, outputs } = dense();
  const w = Float32Array.of(9, 1, 0, 0, 1, 1, 1).subarray(1);
  const initializers = { w, b: Float32Array.of(0.5, -0.5), elsewhere: Float32Array.of(1) };
  const model = emitModel({ inputs: [x], outputs }, { initializers });
  const { graph } = decode(model);
  expect(names(graph.input)).toEqual(["x"]);
  expect(names(graph.initializer)).toEqual(["w", "b"]);

  const rows = [1, 2, 3, 0, 0, 0, -1, 0, 0, 0, 0.5, 0];
  const { y } = await run(model, { x: { type: "float32", shape: [4, 3], data: rows } });
  // [a, b, c]·w = [a + c, b + c]
  const expected = [4.5, 4.5, 0.5, -0.5, -0.5, -0.5, 0.5, 0].map(Math.tanh);
  for (const [index, value] of expected.entries()) expect(y!.data[index]).toBeCloseTo(value, 6);
});

test("one tensor may be several outputs, and inputs and constants may be outputs", async () => {
  const x = g.input("x", [2]);
  const y = g.exp(x);
  const outputs = {
    first: y,
    second: y,
    used: g.neg(y),
    copy: x,
    seven: g.constant(7),
    ones: g.constant(1, [999]),
  };
  const results = await run(emitModel({ outputs }), { x: { type: "float32", shape: [2], data: [0, 1] } });
  expect(Object.keys(results)).toEqual(Object.keys(outputs));
  expect(results.first).toEqual(results.second);
  expect(results.used!.data[1]).toBeCloseTo(-Math.E, 6);
  expect(results.copy!.data).toEqual([0, 1]);
  expect(results.seven).toEqual({ shape: [], data: [7] });
  expect(results.ones!.data).toEqual(new Array(999).fill(1));
});

test("inputs of one name are one input if they agree", () => {
  const emit = (second: Tensor) =>
    emitModel({ outputs: { y: g.neg(g.input("x", [2])), z: g.cast(second, "bool") } });
  expect(names(decode(emit(g.input("x", [2]))).graph.input)).toEqual(["x"]);
  for (const other of [g.input("x", [1]), g.input("x", [1, 2]), g.input("x", [2], "int64")])
    expect(() => emit(other)).toThrow(
      new ConfigError("two inputs called x differ in shape or type; give each input its own name"),
    );
});

test("every value between inputs and outputs has its shape in the file, once", () => {
  const x = g.input("x", [4, 3]);
  const hidden = g.stopGradient(g.exp(x));
  const { graph } = decode(emitModel({ outputs: { y: g.neg(g.reduceSum(hidden, [1])) } }));
  expect(graph.valueInfo).toMatchObject([
    {
      name: "Exp_1",
      type: { value: { value: { shape: { dim: [{ value: { value: 4n } }, { value: { value: 3n } }] } } } },
    },
    { name: "ReduceSum_1", type: { value: { value: { shape: { dim: [{ value: { value: 4n } }] } } } } },
  ]);
});

test.each([
  [
    "an output called like an input",
    { outputs: { x: g.neg(g.input("x", [1])) } },
    {},
    /output x has the name/,
  ],
  ["an input that is not listed", { ...dense(), inputs: [] }, {}, /input x is used but neither listed/],
  ["a listed tensor that is computed", { ...dense(), inputs: [g.constant(1)] }, {}, /Constant is listed/],
  ["a wrong number of values", dense(), { w: new Float32Array(5) }, /5 values.*w.*\[3, 2\] needs 6/],
  [
    "stored values that are not float32",
    { outputs: { y: g.cast(g.input("i", [1], "int64"), "float32") } },
    { i: new Float32Array(1) },
    /input i is int64/,
  ],
])("%s is refused", (_, graph, initializers, message) => {
  expect(() => emitModel(graph, { initializers })).toThrow(ConfigError);
  expect(() => emitModel(graph, { initializers })).toThrow(message);
});
