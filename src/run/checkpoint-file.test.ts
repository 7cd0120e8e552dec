import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { readSafetensors } from "../files/safetensors-file.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint-file.ts";
import { exampleCheckpoint, exampleLayout, filled } from "./testing/weights.ts";

async function checkpointFile(checkpoint: Checkpoint): Promise<string> {
  const path = join(await temporaryFolder(), "checkpoint.safetensors");
  await writeCheckpoint(path, checkpoint, exampleLayout);
  return path;
}

const best = { iteration: 250, elbo: -98.7654321 / 7, age: 3 };
const kept = { parameters: filled(exampleLayout.parameters, 9), states: filled(exampleLayout.states, 8) };

test.each<[string, Checkpoint]>([
  ["before the first validation", exampleCheckpoint(300)],
  ["with the best validation", { ...exampleCheckpoint(300), best }],
  ["with the best weights", { ...exampleCheckpoint(300), best: { ...best, ...kept } }],
  ["with one moment", { ...exampleCheckpoint(1), moments: [filled(exampleLayout.parameters, 2)] }],
])("gives back a checkpoint %s", async (_, checkpoint) => {
  expect(await readCheckpoint(await checkpointFile(checkpoint), exampleLayout)).toEqual(checkpoint);
});

test("keeps every double, bit by bit", async () => {
  const path = join(await temporaryFolder(), "checkpoint.safetensors");
  const property = fc.asyncProperty(
    fc.double(),
    fc.double(),
    fc.double(),
    async (reconstruction, kl, elbo) => {
      const running = { reconstruction, kl, iterations: 1 };
      const checkpoint = { ...exampleCheckpoint(5), running, best: { ...best, elbo } };
      await writeCheckpoint(path, checkpoint, exampleLayout);
      const found = await readCheckpoint(path, exampleLayout);
      expect(Object.is(found.running.reconstruction, reconstruction)).toBe(true);
      expect(Object.is(found.running.kl, kl)).toBe(true);
      expect(Object.is(found.best?.elbo, elbo)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 30, examples: [[-0, Number.MIN_VALUE, Number.NEGATIVE_INFINITY]] });
});

test("stores tensors by name", async () => {
  const path = await checkpointFile({ ...exampleCheckpoint(300), best: { ...best, ...kept } });
  const names = [...(await readSafetensors(path)).tensors.keys()];
  expect(names.filter((name) => name.includes("encoder.0.") || name.includes("running_mean")).sort()).toEqual(
    [
      "best/parameters/encoder.0.bias",
      "best/parameters/encoder.0.weight",
      "best/states/encoder.1.running_mean",
      "moment0/encoder.0.bias",
      "moment0/encoder.0.weight",
      "moment1/encoder.0.bias",
      "moment1/encoder.0.weight",
      "parameters/encoder.0.bias",
      "parameters/encoder.0.weight",
      "states/encoder.1.running_mean",
    ],
  );
});

test("notices a single flipped bit, wherever it is", async () => {
  const path = await checkpointFile({ ...exampleCheckpoint(300), best });
  const whole = await readFile(path);
  const original = await readCheckpoint(path, exampleLayout);
  for (let bit = 0; bit < whole.length * 8; bit += 61) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(path, flipped);
    const result = await readCheckpoint(path, exampleLayout).catch((error) => error);
    // A bit in the header may be one that does not matter, as in white space.
    if (!(result instanceof RunError)) expect(result, `bit ${bit}`).toEqual(original);
  }
});

test("refuses a checkpoint of another model", async () => {
  const path = await checkpointFile(exampleCheckpoint(300));
  const [first, ...others] = exampleLayout.parameters.slices;
  const fewer = { ...exampleLayout, parameters: { ...exampleLayout.parameters, slices: others } };
  await expect(readCheckpoint(path, fewer)).rejects.toThrow(
    /has a tensor \w+\/encoder\.0\.weight, which the model/,
  );
  const renamed = { ...exampleLayout.parameters, slices: [{ ...first!, name: "other" }, ...others] };
  await expect(readCheckpoint(path, { ...exampleLayout, parameters: renamed })).rejects.toThrow(
    "has no tensor parameters/other",
  );
});
