import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, expectTypeOf, test } from "vitest";
import { ConfigError, RunError } from "../common/errors.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Layer } from "../nn/layers.ts";
import type { RunConfig } from "./config.ts";
import { readConfig, writeConfig } from "./config-file.ts";
import { exampleConfig } from "./testing/config.ts";

async function readBack(content: unknown): Promise<RunConfig> {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, "config.json"),
    typeof content === "string" ? content : JSON.stringify(content),
  );
  return readConfig(folder);
}

/** A copy with one value changed, or taken away. */
function changed(path: string, value?: unknown): unknown {
  const copy = structuredClone(exampleConfig) as object;
  const keys = path.split(".");
  const last = keys.pop()!;
  const parent = keys.reduce((inner, key) => inner[key as never], copy);
  if (value === undefined) delete parent[last as never];
  else Object.assign(parent, { [last]: value });
  return copy;
}

test("gives back what was written", async () => {
  const folder = await temporaryFolder();
  await writeConfig(folder, exampleConfig);
  expect(await readConfig(folder)).toEqual(exampleConfig);
  expectTypeOf<RunConfig["model"]>().toExtend<ModelConfig>();
});

test("keeps every kind of layer, with and without what is optional", async () => {
  const layers: Layer[] = [
    { type: "dense", units: 3 },
    { type: "dense", units: 3, initialization: "glorot" },
    { type: "batchNorm" },
    { type: "batchNorm", momentum: 0.99 },
    { type: "layerNorm" },
    { type: "groupNorm", groups: 2 },
    { type: "conv2d", channels: 3, kernel: 4 },
    {
      type: "convTranspose2d",
      channels: 3,
      kernel: [3, 2],
      stride: [2, 1],
      padding: "valid",
      dilation: 2,
      size: [9, 7],
      initialization: "glorot",
    },
    { type: "conv1d", channels: 3, kernel: 4, padding: 1 },
    { type: "convTranspose1d", channels: 3, kernel: 4, padding: "same" },
    { type: "maxPool", size: 2 },
    { type: "averagePool", size: [2, 3], stride: 1, padding: "same" },
    { type: "upsample", factor: 2 },
    { type: "upsample", size: [5, 7], mode: "bilinear" },
    { type: "flatten" },
    { type: "reshape", shape: [2, 3] },
    { type: "residual", layers: [{ type: "residual", layers: [{ type: "dense", units: 3 }] }] },
    { type: "activation", activation: "leakyRelu" },
    { type: "dropout", keepProbability: 0.9 },
  ];
  for (const scale of [0.5, "shared", "perDimension"] as const) {
    const likelihood = { type: "gaussian", scale } as const;
    const model: ModelConfig = {
      ...exampleConfig.model,
      encoder: layers,
      decoder: layers,
      head: layers[6]!,
      likelihood,
    };
    expect((await readBack({ ...exampleConfig, model })).model).toEqual(model);
  }
});

test("writes the same bytes for the same run, whatever the order of its settings", async () => {
  const folders = [await temporaryFolder(), await temporaryFolder()];
  const reversed = Object.fromEntries(Object.entries(exampleConfig).reverse()) as RunConfig;
  await writeConfig(folders[0]!, exampleConfig);
  await writeConfig(folders[1]!, reversed);
  const [a, b] = await Promise.all(folders.map((folder) => readFile(join(folder, "config.json"), "utf8")));
  expect(a).toBe(b);
  expect(a).toMatch(/^\{\n {2}"formatVersion": 1,\n/);
});

test("fills in defaults for settings that an older version did not know", async () => {
  expect((await readBack(changed("hyperparameters.latentSamples"))).hyperparameters.latentSamples).toBe(1);
});

test("does not write what could not be read", async () => {
  const folder = await temporaryFolder();
  const wrong = changed("training.seed", -1) as RunConfig;
  await expect(writeConfig(folder, wrong)).rejects.toThrow(ConfigError);
  await expect(readConfig(folder)).rejects.toThrow(RunError);
});

describe("refuses", () => {
  test("a folder without a configuration", async () => {
    const folder = await temporaryFolder();
    await expect(readConfig(folder)).rejects.toThrow(
      new RunError(`${folder} has no config.json: give the folder of a run`),
    );
  });

  test("a configuration of a newer version, whatever else is in it", async () => {
    const refusal = readBack({ formatVersion: 2, surprise: true });
    await expect(refusal).rejects.toThrow(RunError);
    await expect(refusal).rejects.toThrow(
      /config\.json was written by a newer vaekit \(format 2\); this one reads format 1: upgrade vaekit$/,
    );
  });

  test.each<[string, unknown, string]>([
    ["what is not JSON", '{"formatVersion": 1,', "config.json is not JSON ("],
    ["JSON that is not an object", "null", "config.json has no formatVersion"],
    ["a version that is no number", { formatVersion: "1" }, "config.json has no formatVersion"],
    [
      "a missing setting",
      changed("model.latent"),
      "config.json: model.latent is missing: it must be a positive",
    ],
    ["a missing group of settings", changed("data"), "data is missing: it must be a group of settings"],
    ["a text where there is a group", changed("data", "mnist"), 'data is "mnist": it must be a group of'],
    [
      "a setting out of range",
      changed("training.maxIterations", 0),
      "training.maxIterations is 0: it must be",
    ],
    ["an unknown setting", changed("colour", "red"), "there is no setting colour"],
    [
      "an unknown layer",
      changed("model.encoder", [{ type: "magic" }]),
      'model.encoder.0.type is "magic": it must be one of dense, conv2d, convTranspose2d, conv1d',
    ],
    [
      "an unknown likelihood",
      changed("model.likelihood.type", "poison"),
      'model.likelihood.type is "poison"',
    ],
    ["an empty input shape", changed("model.inputShape", []), "it must be one dimension or more"],
    ["a fingerprint that is none", changed("data.fingerprint", "12"), "it must be 64 hexadecimal digits"],
    ["an empty source", changed("data.source", ""), 'data.source is "": it must be a text'],
  ])("%s", async (_, content, problem) => {
    const refusal = readBack(content);
    await expect(refusal).rejects.toThrow(RunError);
    await expect(refusal).rejects.toThrow(problem);
  });
});
