import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { Inputs, operatorCases, trainingStep } from "../../test/reference/operator-cases.ts";
import * as g from "../graph/build.ts";
import type { Graph, Tensor } from "../graph/node.ts";
import { emitFreeBatch, emitModel } from "./emit.ts";
import { ModelProtoSchema } from "./generated/onnx_pb.ts";

/** Debian's interpreter, for which its package python3-onnx is installed. */
const PYTHON = "/usr/bin/python3";
const SCRIPT = join(import.meta.dirname, "testing/check.py");
const missing = spawnSync(PYTHON, ["-c", "import onnx"]).status !== 0;
if (missing)
  console.warn("SKIPPED: the ONNX checker is not installed (Debian: apt-get install python3-onnx)");

type Shapes = Record<string, Record<string, (number | string)[]>>;

function check(models: Readonly<Record<string, Uint8Array>>): Shapes {
  const directory = mkdtempSync(join(tmpdir(), "vaekit-checker-"));
  try {
    for (const [name, model] of Object.entries(models)) writeFileSync(join(directory, name), model);
    return JSON.parse(
      execFileSync(PYTHON, [SCRIPT, directory], { encoding: "utf8", stdio: "pipe" }),
    ) as Shapes;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function shapes({ outputs }: Graph): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
}

const initializers = { hidden: new Float32Array(784 * 64), both: new Float32Array(64 * 20) };

function encoder(batch: number): Graph & { inputs: Tensor[] } {
  const x = g.input("x", [batch, 28, 28]);
  const weights = { hidden: g.input("hidden", [784, 64]), both: g.input("both", [64, 20]) };
  const hidden = g.elu(g.gemm(g.reshape(x, [batch, 784]), weights.hidden));
  const [mean, logVariance] = g.split(g.gemm(hidden, weights.both), 1, [10, 10]);
  const rows = g.expand(g.reduceMean(mean!, [1], true), [batch, 10]);
  return {
    inputs: [x],
    outputs: { mean: mean!, logVariance: logVariance!, rows, filled: g.constant(1, [batch, 3]) },
  };
}

test.skipIf(missing)(
  "every operator and a training step are as the standard has it, and the shapes are the same",
  () => {
    const graphs = Object.entries({ ...operatorCases, trainingStep }).map(([name, build]) => {
      return [`${name}.onnx`, { outputs: build(new Inputs()) }] as const;
    });
    const models = Object.fromEntries(graphs.map(([name, graph]) => [name, emitModel(graph)]));
    const expected = Object.fromEntries(graphs.map(([name, graph]) => [name, shapes(graph)]));
    expect(check(models)).toEqual(expected);
  },
);

test.skipIf(missing)("a free batch is passed through by shape inference", () => {
  const { "encoder.onnx": inferred } = check({ "encoder.onnx": emitFreeBatch(encoder, { initializers }) });
  expect(inferred).toEqual({
    mean: ["batch", 10],
    logVariance: ["batch", 10],
    rows: ["batch", 10],
    filled: ["batch", 3],
  });
});

test.skipIf(missing)("the checker sees a wrong shape", () => {
  const model = fromBinary(ModelProtoSchema, emitModel(encoder(2), { initializers }));
  const reshaped = model.graph!.valueInfo.find(({ name }) => name === "Reshape_1")!;
  reshaped.type = model.graph!.output[0]!.type!;
  expect(() => check({ "wrong.onnx": toBinary(ModelProtoSchema, model) })).toThrow(/Reshape/);
});
