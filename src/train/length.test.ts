import { expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { resolveTraining } from "./length.ts";

it.each([
  [1, 11],
  [1.5, 17],
  [2.4, 26],
  [0.01, 1],
])("%d epochs of 11 iterations are %d iterations", (epochs, iterations) => {
  expect(resolveTraining({ epochs }, 11).maxIterations).toBe(iterations);
});

it("takes one length alone", () => {
  expect(resolveTraining({ maxIterations: 7, seed: 2 }, 11)).toMatchObject({ maxIterations: 7, seed: 2 });
  expect(() => resolveTraining({ epochs: 2, maxIterations: 7 }, 11)).toThrow(
    new ConfigError("both epochs (2) and maxIterations (7) were given: give one"),
  );
});

it.each([
  [20_000, 100],
  [5000, 100],
  [1500, 30],
  [200, 4],
  [7, 1],
])("logs in a training of %d iterations every %d, unless told otherwise", (maxIterations, every) => {
  expect(resolveTraining({ maxIterations }, 11).logEvery).toBe(every);
  expect(resolveTraining({ maxIterations, logEvery: 70 }, 11).logEvery).toBe(70);
});

it("follows the number of rows where nothing about the length was asked for", () => {
  const few = { examples: 300, hasValidation: true };
  expect(resolveTraining({}, 2, few)).toMatchObject({
    maxIterations: 20_000,
    patience: 20,
    validateEvery: 50,
  });
  expect(resolveTraining({ validateEvery: 7 }, 70, few)).toMatchObject({ patience: 20, validateEvery: 7 });
  expect(resolveTraining({}, 70, few).validateEvery).toBe(70);
  const alone = { examples: 300, hasValidation: false };
  expect(resolveTraining({}, 2, alone)).toMatchObject({ maxIterations: 2000, patience: 0 });
  expect(resolveTraining({}, 10, alone).maxIterations).toBe(5000);
  expect(resolveTraining({}, 70, alone).maxIterations).toBe(20_000);
  const usual = resolveTraining({}, 70);
  expect(resolveTraining({}, 70, { examples: 10_000, hasValidation: true })).toEqual(usual);
  for (const asked of [{ maxIterations: 9 }, { epochs: 2 }, { patience: 0 }])
    expect(resolveTraining(asked, 2, few)).toEqual(resolveTraining(asked, 2));
});
