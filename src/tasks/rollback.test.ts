import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { NumericalError } from "../common/errors.ts";
import { idxFile } from "../data/testing/idx-file.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { readConfig } from "../run/config-file.ts";
import { stripes } from "../train/testing/tiny.ts";
import { withRollbacks } from "./rollback.ts";
import { type RunRequest, trainRun } from "./train.ts";

let folder: string;
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-rollback-"));
  data = join(folder, "stripes-idx3-ubyte");
  await writeFile(data, idxFile("uint8", [60, 4, 4], storedRows(stripes(60))));
});

afterAll(() => rm(folder, { recursive: true }));

function request(name: string, learningRate: number, more: Partial<RunRequest> = {}): RunRequest {
  return {
    data,
    directory: join(folder, name),
    architecture: [16, 4, 2],
    hyperparameters: { batchSize: 16, learningRate },
    training: { maxIterations: 40, checkpointEvery: 10 },
    ...more,
  };
}

it("resumes from the last checkpoint with half of the learning rate, and records it", async () => {
  const warnings: string[] = [];
  const onEvent: RunRequest["onEvent"] = (event) => {
    if (event.type === "warning") warnings.push(event.message);
  };
  const abort = new AbortController();
  const begun = request("once", 1e-3, {
    signal: abort.signal,
    onEvent: (event) => event.type === "iteration" && event.iteration === 25 && abort.abort(),
  });
  const { directory } = begun;
  const result = await withRollbacks({ directory, onEvent }, async () => {
    await trainRun(begun);
    throw new NumericalError("the loss is not finite at iteration 26: try a lower learning rate");
  });
  expect(result).toMatchObject({ reason: "finished", iterations: 40 });
  expect(warnings).toContain(
    "the loss is not finite at iteration 26; rolled back to iteration 25, with half of the learning rate, 0.0005 (1 of 3)",
  );
  const { hyperparameters, changes } = await readConfig(directory);
  expect(hyperparameters.learningRate).toBe(5e-4);
  expect(changes).toEqual([{ iteration: 25, before: { learningRate: 1e-3 } }]);
});

it("gives up after three rollbacks of a training that diverges in any case", async () => {
  const hopeless = request("hopeless", 1e37);
  const { directory } = hopeless;
  await expect(withRollbacks({ directory }, () => trainRun(hopeless))).rejects.toThrow(NumericalError);
  const { hyperparameters, changes } = await readConfig(directory);
  expect(hyperparameters.learningRate).toBe(1e37 / 8);
  expect(changes?.map(({ before }) => before.learningRate)).toEqual([1e37, 5e36, 2.5e36]);
});
