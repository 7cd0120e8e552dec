import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyData } from "../cli/testing/tiny-data.ts";
import { ConfigError } from "../common/errors.ts";
import { RunDirectory } from "../run/directory.ts";
import { VAE } from "../vae/vae.ts";
import { openOrigin } from "./begin-from.ts";
import { resumeRun } from "./resume.ts";
import { type RunRequest, type RunResult, trainRun } from "./train.ts";

let folder = "";
const at = (name: string) => join(folder, name);
const request = (name: string): RunRequest => ({
  data: at("tiny"),
  architecture: [64, 16, 2],
  hyperparameters: { batchSize: 25, activation: "relu", likelihood: "gaussian", sigma: "calibrated" },
  training: { maxIterations: 60, checkpointEvery: 30 },
  directory: at(name),
});
/** A run that begins with the weights of the first one. */
const begun = (name: string, { hyperparameters = {}, ...more }: Partial<RunRequest> = {}): RunRequest => ({
  data: at("tiny"),
  hyperparameters,
  training: { maxIterations: 1 },
  directory: at(name),
  from: { directory: at("first") },
  ...more,
});
const configOf = async (name: string) => (await RunDirectory.open(at(name))).readConfig();
const ended = async (training: Promise<RunResult>) => {
  const result = await training;
  await result.vae.dispose();
  return result;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-from-"));
  writeTinyData(at("tiny"));
  await ended(trainRun(request("first")));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("begins with the weights and settings of another run, and records which", async () => {
  // A step of this length leaves every weight as it is, in single precision.
  const still = { hyperparameters: { learningRate: 1e-30 } };
  await ended(trainRun(begun("second", still)));
  const [first, second] = await Promise.all([
    openOrigin({ directory: at("first") }),
    openOrigin({ directory: at("second") }),
  ]);
  expect(second.weights.parameters).toEqual(first.weights.parameters);
  const { origin, hyperparameters, model } = await configOf("second");
  expect(origin).toEqual({ run: at("first"), iteration: 60 });
  expect(hyperparameters).toEqual({ ...first.config.hyperparameters, learningRate: 1e-30 });
  expect(model).toEqual(first.config.model);

  await ended(trainRun(begun("third", { ...still, from: { directory: at("first"), checkpoint: 30 } })));
  expect((await configOf("third")).origin).toEqual({ run: at("first"), checkpoint: 30, iteration: 30 });
  const checkpoint = await VAE.load(at("first"), { checkpoint: 30 });
  expect((await openOrigin({ directory: at("third") })).weights.parameters).toEqual(
    checkpoint.weights!.parameters,
  );
});

it("begins with them again when it is resumed before its first checkpoint", async () => {
  const training = { maxIterations: 20, checkpointEvery: 0 };
  await ended(trainRun(begun("whole", { training })));
  const stopped = trainRun(
    begun("stopped", {
      training,
      onEvent: ({ type }) => {
        if (type === "iteration") throw new Error("killed");
      },
    }),
  );
  await expect(stopped).rejects.toThrow("killed");
  await ended(resumeRun({ directory: at("stopped") }));
  const [whole, resumed] = await Promise.all(
    ["whole", "stopped"].map((name) => openOrigin({ directory: at(name) })),
  );
  expect(resumed!.weights.parameters).toEqual(whole!.weights.parameters);
});

it.each<[string, Partial<RunRequest>, RegExp]>([
  [
    "other sizes",
    { architecture: [64, 8, 2] },
    /^the network is 64-8-2 for examples of 8×8×1 but that of .*first is 64-16-2 for 8×8×1: /,
  ],
  [
    "another nonlinearity",
    { hyperparameters: { activation: "tanh" } },
    /^activation is tanh but .*first was trained with relu: /,
  ],
  [
    "a likelihood with other weights",
    { hyperparameters: { likelihood: "gaussian", sigma: "decoder" } },
    /^with these settings the network has other weights than that of .*first: leave out settings that differ, such as likelihood$/,
  ],
  [
    "its own folder",
    { directory: "first", force: true },
    /is the run to begin from: give another folder for the new one$/,
  ],
])("refuses %s", async (_what, more, message) => {
  const directory = at(more.directory ?? "refused");
  const training = trainRun(begun("refused", { ...more, directory }));
  await expect(training).rejects.toThrow(ConfigError);
  await expect(training).rejects.toThrow(message);
  await expect(RunDirectory.open(at("refused"))).rejects.toThrow("does not exist");
});
