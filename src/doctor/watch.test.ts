import { describe, expect, it } from "vitest";
import { hyperparameters } from "../models/hyperparameters.ts";
import { exampleConfig } from "../run/testing/config.ts";
import { trainingSettings } from "../train/settings.ts";
import { TrainingWatch } from "./watch.ts";

const kl = (perDimension: readonly number[]) => perDimension.reduce((sum, each) => sum + each, 0);

function watch(settings: object) {
  const config = {
    ...exampleConfig,
    hyperparameters: hyperparameters.parse(settings),
    training: trainingSettings.parse({ maxIterations: 1000 }),
  };
  const watching = new TrainingWatch(config);
  return (iteration: number, elbo: number, klPerDimension: readonly number[]) =>
    watching.observe({
      type: "validation",
      iteration,
      epoch: 1,
      best: false,
      elbo,
      reconstruction: elbo + kl(klPerDimension),
      kl: kl(klPerDimension),
      klPerDimension,
    });
}

describe("TrainingWatch", () => {
  it("tells of collapse once, when training has settled", () => {
    const observe = watch({});
    expect(observe(100, -50, [0, 0])).toEqual([]);
    expect(observe(200, -50, [0, 0])).toMatchObject([
      {
        type: "warning",
        iteration: 200,
        message: expect.stringContaining("all 2 latent dimensions are silent"),
      },
    ]);
    expect(observe(300, -50, [0, 0])).toEqual([]);
  });

  it("waits for the KL's warm-up", () => {
    const observe = watch({ klWarmup: 500 });
    expect(observe(400, -50, [0, 0])).toEqual([]);
    expect(observe(600, -50, [0, 0])).toHaveLength(1);
  });

  it("names β when it is the cause, and only that", () => {
    const messages = watch({ beta: 50 })(200, -50, [0, 0]).map(
      (event) => "message" in event && event.message,
    );
    expect(messages).toEqual([expect.stringMatching(/^beta-too-large/)]);
  });

  it("tells of a bound that falls", () => {
    const observe = watch({});
    observe(100, -50, [1, 1]);
    observe(200, -20, [1, 1]);
    expect(observe(300, -40, [1, 1])).toMatchObject([
      { message: expect.stringMatching(/^learning-rate: the bound fell/) },
    ]);
  });

  it("looks a hundred times, however often a training is validated", () => {
    const observe = watch({});
    expect(observe(200, -50, [1, 1])).toEqual([]);
    expect(observe(205, -50, [0, 0])).toEqual([]);
    expect(observe(210, -50, [0, 0])).toHaveLength(1);
  });

  it("takes the ELBO for the bound where some of the KL is free", () => {
    for (const settings of [
      { capacity: 25, capacityWarmup: 900, beta: 100 },
      { freeBits: 2, beta: 100 },
    ]) {
      const observe = watch(settings);
      const found = [100, 200, 300, 400, 500].flatMap((iteration) =>
        observe(iteration, iteration / 10, [1, 1]),
      );
      expect(found).toEqual([]);
    }
  });

  it("is quiet about what goes well", () => {
    const observe = watch({});
    expect([100, 200, 300].flatMap((iteration) => observe(iteration, iteration / 10, [1, 0]))).toEqual([]);
  });
});
