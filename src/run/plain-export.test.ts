import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect, it } from "vitest";
import { signed } from "../../test/reference/random.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import { modelOf } from "../models/build.ts";
import { type HyperparametersInput, hyperparameters } from "../models/hyperparameters.ts";
import type { Architecture } from "../models/sizes.ts";
import { weightsLayout } from "../models/weights.ts";
import { ModelProtoSchema } from "../onnx/generated/onnx_pb.ts";
import { initialWeights } from "../train/initialize.ts";
import { decoderModel, encoderModel } from "./export.ts";
import { exampleConfig } from "./testing/config.ts";

const DENSE = [12, 8, 3];
const CONV: Architecture = {
  network: "conv",
  inputShape: [8, 8, 1],
  channels: [4, 6],
  kernel: 4,
  hidden: [8],
  latent: 3,
};

/** What OpenCV 4.6, the reader with the fewest operators that we know of, opens. */
const OPENED: readonly (readonly [name: string, Architecture, HyperparametersInput])[] = [
  ["bernoulli", DENSE, {}],
  ["relu", DENSE, { activation: "relu" }],
  ["batch", DENSE, { normalization: "batch" }],
  ["point", DENSE, { deterministic: true }],
  ["gaussian", DENSE, { likelihood: "gaussian" }],
  ["calibrated", DENSE, { likelihood: "gaussian", sigma: "calibrated" }],
  ["each", DENSE, { likelihood: "gaussian", sigma: "perDimension" }],
  ["decoded", DENSE, { likelihood: "gaussian", sigma: "decoder" }],
  ["laplace", DENSE, { likelihood: "laplace" }],
  ["student", DENSE, { likelihood: "student-t" }],
  ["conv", CONV, {}],
];

async function exported([, architecture, settings]: (typeof OPENED)[number]) {
  const model = modelOf(architecture, hyperparameters.parse(settings));
  const layout = weightsLayout(model);
  const weights = { ...(await initialWeights(layout, 3)), iteration: 1 };
  // Biases and running statistics that begin at 0 or 1 would hide a mistake.
  weights.parameters.set(
    signed(weights.parameters.length, 4, 0, 0.05).map((each, i) => each + weights.parameters[i]!),
  );
  const config = { ...exampleConfig, model };
  const size = model.inputShape.reduce((product, length) => product * length, 1);
  return [
    ["encoder", encoderModel(config, weights), size],
    ["decoder", decoderModel(config, weights), model.latent],
  ] as const;
}

it("exported files have the operators that readers of the format know", async () => {
  for (const each of OPENED)
    for (const [part, bytes] of await exported(each)) {
      const { nodes, stored } = graphOf(bytes);
      const operators = new Set(nodes.map(({ opType }) => opType));
      for (const rare of [
        "Gather",
        "Clip",
        "Min",
        "Where",
        "Expand",
        "Shape",
        "ReduceSum",
        "ScatterElements",
      ])
        expect(operators.has(rare), `${each[0]} ${part}: ${rare}`).toBe(false);
      if (each[2].activation === undefined) expect(operators.has("Elu")).toBe(true);
      if (each[0] === "conv") expect(operators.has(part === "encoder" ? "Conv" : "ConvTranspose")).toBe(true);
      const read = new Set(nodes.flatMap(({ input }) => input));
      expect(stored.filter((name) => !read.has(name))).toEqual([]);
    }
});

function graphOf(bytes: Uint8Array) {
  const { graph } = fromBinary(ModelProtoSchema, bytes);
  return { nodes: graph!.node, stored: graph!.initializer.map(({ name }) => name) };
}

const SCRIPT = `
import cv2, json, sys
import numpy as np
for case in json.load(open(sys.argv[1])):
    net = cv2.dnn.readNetFromONNX(case["file"])
    net.setInput(np.array(case["rows"], np.float32), case["input"])
    for name, values in zip(net.getUnconnectedOutLayersNames(), net.forward(net.getUnconnectedOutLayersNames())):
        wanted = np.array(case["outputs"][name], np.float64)
        with np.errstate(invalid="ignore"):
            error = np.where(values.ravel() == wanted, 0, np.abs(values.ravel() - wanted) / (1 + np.abs(wanted))).max()
        if not error < 1e-5: print(case["file"], name, error)
`;
const PYTHON = ["/usr/bin/python3", "python3"].find(
  (each) => spawnSync(each, ["-c", "import cv2"]).status === 0,
);

it.runIf(PYTHON)("OpenCV opens exported files and gives ONNX Runtime's numbers", async () => {
  const folder = await temporaryFolder();
  const cases: object[] = [];
  for (const each of OPENED)
    for (const [part, bytes, width] of await exported(each)) {
      const file = join(folder, `${each[0]}-${part}.onnx`);
      writeFileSync(file, bytes);
      const session = await InferenceSession.create(bytes);
      const [input] = session.inputNames as [string];
      for (const count of [1, 3]) {
        const values = Float32Array.from(signed(count * width, 9));
        const results = await session.run({ [input]: new Tensor("float32", values, [count, width]) });
        const outputs = Object.entries(results).map(([name, { data }]) => [
          name,
          Array.from(data as Float32Array, text),
        ]);
        const rows = Array.from({ length: count }, (_, i) =>
          Array.from(values.subarray(i * width, (i + 1) * width)),
        );
        cases.push({ file, input, rows, outputs: Object.fromEntries(outputs) });
      }
    }
  const list = join(folder, "cases.json");
  writeFileSync(list, JSON.stringify(cases));
  const { stdout, stderr, status } = spawnSync(PYTHON!, ["-c", SCRIPT, list], { encoding: "utf8" });
  expect([stdout, status === 0 ? "" : stderr]).toEqual(["", ""]);
});

/** JSON has no infinities. */
function text(value: number): number | string {
  return Number.isFinite(value) ? value : value > 0 ? "inf" : "-inf";
}
