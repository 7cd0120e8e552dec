import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mnist } from "../data/formats/mnist.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { resumeRun } from "../tasks/resume.ts";
import { type RunRequest, trainRun } from "../tasks/train.ts";
import { stripes, tinyVae } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { RunDirectory } from "./directory.ts";
import { filmOf } from "./film.ts";

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-runs-"));
  data = join(folder, "stripes-idx3-ubyte");
  const made = stripes(200);
  const { examples } = made;
  const rows = storedRows(made);
  const header = new DataView(new ArrayBuffer(16));
  for (const [index, value] of [0x803, examples, 4, 4].entries()) header.setInt32(4 * index, value);
  await writeFile(data, Buffer.concat([new Uint8Array(header.buffer), rows as Uint8Array]));
});

afterAll(() => rm(folder, { recursive: true }));

function request(name: string, more: Partial<RunRequest> = {}): RunRequest {
  return {
    data,
    architecture: [16, 12, 2],
    hyperparameters: { batchSize: 16, keepProbability: 0.9, normalization: "batch" },
    training: { maxIterations: 60, checkpointEvery: 25, seed: 3 },
    directory: join(folder, name),
    ...more,
  };
}

const bytes = (name: string, file = "model.safetensors") => readFile(join(folder, name, file));

describe("a run", () => {
  it("holds everything, and loads as the model that was trained", async () => {
    const { vae, reason, iterations } = await trainRun(request("whole", { tensorboard: true }));
    expect({ reason, iterations }).toEqual({ reason: "finished", iterations: 60 });
    expect(await readdir(join(folder, "whole"))).toEqual(
      expect.arrayContaining([
        "checkpoint-00000050.safetensors",
        "checkpoint-00000060.safetensors",
        "config.json",
        "decoder.onnx",
        "encoder.onnx",
        "history.jsonl",
        "model.safetensors",
      ]),
    );
    const loaded = await VAE.load(join(folder, "whole"));
    expect(loaded.model).toEqual(vae.model);
    expect(await loaded.encode(stripes())).toEqual(await vae.encode(stripes()));
    expect(await loaded.elbo(stripes())).toEqual(await vae.elbo(stripes()));
  });

  it("repeats itself: the same seed gives the same bytes", async () => {
    await trainRun(request("again"));
    expect(await bytes("again")).toEqual(await bytes("whole"));
  });

  it("continues after an interruption with the results of an uninterrupted training", async () => {
    const abort = new AbortController();
    const result = await trainRun(
      request("resumed", {
        signal: abort.signal,
        onEvent: (event) => event.type === "iteration" && event.iteration === 33 && abort.abort(),
      }),
    );
    expect(result).toMatchObject({ reason: "aborted", iterations: 33 });
    expect(await resumeRun({ directory: join(folder, "resumed") })).toMatchObject({ reason: "finished" });
    expect(await bytes("resumed")).toEqual(await bytes("whole"));
    expect(await bytes("resumed", "encoder.onnx")).toEqual(await bytes("whole", "encoder.onnx"));
  });

  it("can be made longer", async () => {
    await trainRun(request("short", { training: { maxIterations: 40, checkpointEvery: 25, seed: 3 } }));
    await resumeRun({ directory: join(folder, "short"), training: { maxIterations: 60 } });
    expect(await bytes("short")).toEqual(await bytes("whole"));
    await expect(resumeRun({ directory: join(folder, "short") })).rejects.toThrow(
      /has done its 60 iterations/,
    );
  });

  it("is completed where only the model was still to be written", async () => {
    await trainRun(request("cut short"));
    const directory = join(folder, "cut short");
    for (const name of ["model.safetensors", "encoder.onnx", "decoder.onnx"]) await rm(join(directory, name));
    await expect(VAE.load(directory)).rejects.toThrow(
      /has no model yet, its training has not ended; .* vaekit train --resume/,
    );
    await expect(resumeRun({ directory, training: { maxIterations: 59 } })).rejects.toThrow(
      /has done 60 iterations already: to resume, set maxIterations to at least that/,
    );
    expect(await resumeRun({ directory })).toMatchObject({ reason: "finished", iterations: 60 });
    expect(await bytes("cut short")).toEqual(await bytes("whole"));
    expect(await bytes("cut short", "config.json")).toEqual(await bytes("whole", "config.json"));
  });

  it("is not begun anew, over its model, where its checkpoints are gone", async () => {
    await trainRun(request("pruned"));
    const directory = join(folder, "pruned");
    const history = await bytes("pruned", "history.jsonl");
    for (const name of await readdir(directory))
      if (name.startsWith("checkpoint")) await rm(join(directory, name));
    await expect(resumeRun({ directory, training: { maxIterations: 90 } })).rejects.toThrow(
      /has a model but no checkpoint to resume from/,
    );
    expect(await bytes("pruned")).toEqual(await bytes("whole"));
    expect(await bytes("pruned", "history.jsonl")).toEqual(history);
  });

  it.each([
    ["cosine schedule ends", { schedule: "cosine" }],
    ["KL cycles end", { klCycles: 2 }],
  ] as const)("cannot be made longer where its %s with it", async (planned, hyperparameters) => {
    const name = `planned ${planned}`;
    await trainRun(request(name, { hyperparameters: { batchSize: 16, ...hyperparameters } }));
    const directory = join(folder, name);
    await expect(resumeRun({ directory, training: { maxIterations: 90 } })).rejects.toThrow(
      `maxIterations is 90 but the run's ${planned} at 60: its length cannot change`,
    );
  });

  it("keeps the weights at logarithmic times when asked for a film, when resumed too", async () => {
    const abort = new AbortController();
    const stop: RunRequest["onEvent"] = (event) =>
      event.type === "iteration" && event.iteration === 20 && abort.abort();
    await trainRun(request("filmed", { film: true, signal: abort.signal, onEvent: stop }));
    await resumeRun({ directory: join(folder, "filmed") });
    const run = await RunDirectory.open(join(folder, "filmed"));
    const film = await filmOf(run);
    expect(await film.iterations()).toEqual([1, 2, 3, 4, 6, 8, 11, 16, 23, 32, 45]);
    const { layout } = (await VAE.load(run.path)).weights!;
    const [early, late] = [await film.read(1, layout), await film.read(45, layout)];
    expect(early.parameters).not.toEqual(late.parameters);
    await expect(filmOf(await RunDirectory.open(join(folder, "whole")))).rejects.toThrow(
      /has no film: train it/,
    );
  });

  it("refuses to go on as another", async () => {
    const directory = join(folder, "whole");
    await expect(resumeRun({ directory, hyperparameters: { l2: 0.5 } })).rejects.toThrow(
      "l2 is 0.5 but the run has 0, and it cannot change on the way: leave it out to resume, or start a new run",
    );
    await expect(resumeRun({ directory, architecture: [16, 9, 2] })).rejects.toThrow(/^architecture is/);
    await expect(resumeRun({ directory, training: { seed: 4 } })).rejects.toThrow(
      /^seed is 4 but the run has 3/,
    );
    await expect(resumeRun({ directory, data: "mnist" })).rejects.toThrow(/is not what .* was trained on/);
  });

  it("is not replaced, and not touched, by one that cannot begin", async () => {
    await expect(trainRun(request("whole"))).rejects.toThrow(/already exists: pass `force: true`/);
    const before = await bytes("whole", "config.json");
    const broken = request("whole", { force: true, architecture: [17, 2] });
    await expect(trainRun(broken)).rejects.toThrow(/begin it with 16/);
    const tooLarge = request("whole", { force: true, hyperparameters: { batchSize: 1000 } });
    await expect(trainRun(tooLarge)).rejects.toThrow(/^batchSize is 1000/);
    expect(await bytes("whole", "config.json")).toEqual(before);
    expect(await bytes("whole")).toEqual(await bytes("again"));
  });

  it("is made by save, too", async () => {
    const vae = tinyVae();
    await vae.train(stripes(), { maxIterations: 5 });
    await vae.save(join(folder, "saved"));
    const loaded = await VAE.load(join(folder, "saved"));
    expect(await loaded.sample(4)).toEqual(await vae.sample(4));
    await expect(vae.save(join(folder, "saved"))).rejects.toThrow(/already exists/);
    await loaded.save(join(folder, "copy"));
    expect(await bytes("copy")).toEqual(await bytes("saved"));
    expect(await bytes("copy", "config.json")).toEqual(await bytes("saved", "config.json"));
  });
});

it("gives the reference network the same bits with 1 and 2 threads", async () => {
  const { train } = await mnist({ splits: ["train"] });
  const weights = async (threads: number) => {
    const vae = new VAE([784, 500, 500, 50], { keepProbability: 0.9, l2: 1e-5 });
    await vae.train(train, { maxIterations: 10, threads });
    return vae.weights!.parameters;
  };
  expect(await weights(1)).toEqual(await weights(2));
});
