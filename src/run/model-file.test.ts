import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import type { StoredTensor } from "../files/safetensors.ts";
import { readSafetensors, writeSafetensors } from "../files/safetensors-file.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import { sliceView } from "../nn/parameters.ts";
import { readModel, writeModel } from "./model-file.ts";
import { exampleLayout, exampleModel } from "./testing/weights.ts";

async function modelFile(): Promise<string> {
  const path = join(await temporaryFolder(), "model.safetensors");
  await writeModel(dirname(path), exampleModel());
  return path;
}

test("gives back what was written, bit for bit", async () => {
  expect(await readModel(dirname(await modelFile()), exampleLayout)).toEqual(exampleModel());
});

test("stores tensors under the names of parameters and states, as any reader of the format sees them", async () => {
  const { tensors } = await readSafetensors(await modelFile());
  const { parameters, states, layout } = exampleModel();
  expect([...tensors.keys()].sort()).toEqual([
    "decoder.0.bias",
    "decoder.0.weight",
    "decoder.likelihood.bias",
    "decoder.likelihood.weight",
    "encoder.0.bias",
    "encoder.0.weight",
    "encoder.1.running_mean",
    "encoder.1.running_variance",
    "encoder.1.scale",
    "encoder.1.shift",
    "encoder.posterior.bias",
    "encoder.posterior.weight",
  ]);
  const weight = layout.parameters.slices.find(({ name }) => name === "encoder.0.weight")!;
  const variance = layout.states.slices.find(({ name }) => name === "encoder.1.running_variance")!;
  expect(tensors.get("encoder.0.weight")).toEqual({ shape: [6, 5], data: sliceView(parameters, weight) });
  expect(tensors.get("encoder.1.running_variance")).toEqual({
    shape: [5],
    data: sliceView(states, variance),
  });
});

test("writes the same bytes for the same weights", async () => {
  const [a, b] = await Promise.all([modelFile(), modelFile()]);
  expect(await readFile(a)).toEqual(await readFile(b));
});

describe("refuses", () => {
  type Change = (tensors: Map<string, StoredTensor>, metadata: Map<string, string>) => void;
  test.each<[string, Change, string]>([
    ["a missing tensor", (tensors) => tensors.delete("encoder.0.bias"), "has no tensor encoder.0.bias"],
    [
      "a missing state",
      (tensors) => tensors.delete("encoder.1.running_mean"),
      "has no tensor encoder.1.running_mean",
    ],
    [
      "a tensor too many",
      (tensors) => tensors.set("encoder.9.bias", { shape: [], data: Float32Array.of(1) }),
      "has a tensor encoder.9.bias, which the model does not have",
    ],
    [
      "a transposed tensor",
      (tensors) => tensors.set("encoder.0.weight", { shape: [5, 6], data: new Float32Array(30) }),
      "has tensor encoder.0.weight of shape [5, 6] instead of [6, 5]",
    ],
    [
      "another element type",
      (tensors) => tensors.set("encoder.0.bias", { shape: [5], data: new Float64Array(5) }),
      "has tensor encoder.0.bias as F64 instead of F32",
    ],
    [
      "a weight that is no number",
      (tensors) => {
        tensors.get("encoder.0.bias")!.data[1] = Number.NaN;
      },
      "is damaged: tensor encoder.0.bias holds values that are not finite",
    ],
    ["a file of another program", (_, metadata) => metadata.clear(), "does not tell its format"],
    [
      "a checkpoint",
      (_, metadata) => metadata.set("format", "vaekit checkpoint 1"),
      "its format is vaekit checkpoint 1",
    ],
    [
      "a broken iteration",
      (_, metadata) => metadata.set("iteration", "1.5"),
      "its iteration is 1.5: it must be a whole",
    ],
    [
      "an iteration that is no number",
      (_, metadata) => metadata.set("iteration", "0x1"),
      "its iteration is 0x1: it must be",
    ],
  ])("%s", async (_, change, problem) => {
    const path = await modelFile();
    const file = await readSafetensors(path);
    const changed = { tensors: new Map(file.tensors), metadata: new Map(file.metadata) };
    change(changed.tensors, changed.metadata);
    await writeSafetensors(path, changed);
    const refusal = readModel(dirname(path), exampleLayout);
    await expect(refusal).rejects.toThrow(RunError);
    await expect(refusal).rejects.toThrow(problem);
    await expect(refusal).rejects.toThrow("model.safetensors");
  });

  test("what is not a tensor file", async () => {
    const path = await modelFile();
    await writeFile(path, "hello");
    await expect(readModel(dirname(path), exampleLayout)).rejects.toThrow(RunError);
  });
});
