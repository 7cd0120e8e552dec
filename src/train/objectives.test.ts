import { describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { collect, stripes, tinyVae } from "./testing/tiny.ts";

describe("objectives", () => {
  it.each(["iwae", "dreg"] as const)(
    "%s trains to a bound above its ELBO, and resumes exactly",
    async (objective) => {
      const settings = { objective, latentSamples: 5, learningRate: 1e-2, keepProbability: 1 };
      const options = { maxIterations: 200, checkpointEvery: 77, logEvery: 50, validation: stripes(32, 2) };
      const whole = tinyVae(settings);
      const events = await collect(whole.trainingEvents(stripes(), options));
      for (const type of ["log", "validation"] as const) {
        const last = events.of(type).at(-1)!;
        expect(last.bound).toBeGreaterThan(last.elbo);
        expect(last.bound).toBeGreaterThan(events.of(type)[0]!.bound!);
      }
      const resumed = tinyVae(settings);
      const { checkpoint } = events.of("checkpoint")[0]!;
      await resumed.train(stripes(), { ...options, resume: checkpoint });
      expect(resumed.weights!.parameters).toEqual(whole.weights!.parameters);
    },
  );

  it("keep the KL where free bits and capacity say", async () => {
    const train = async (settings: object) => {
      const vae = tinyVae({ learningRate: 1e-2, keepProbability: 1, ...settings });
      const events = await collect(vae.trainingEvents(stripes(), { maxIterations: 600, logEvery: 100 }));
      return events.of("log").at(-1)!.kl;
    };
    expect(Math.abs((await train({ capacity: 3, beta: 20 })) - 3)).toBeLessThan(0.3);
    expect(await train({ beta: 30 })).toBeLessThan(0.1);
    expect(await train({ beta: 30, freeBits: 0.5 })).toBeGreaterThan(0.6);
  });

  it("let the capacity rise from 0", async () => {
    const train = async (settings: object) => {
      const vae = tinyVae({ learningRate: 1e-2, beta: 20, capacity: 3, ...settings });
      await vae.train(stripes(), { maxIterations: 20 });
      return vae.weights!.parameters;
    };
    expect(await train({ capacityWarmup: 19 })).not.toEqual(await train({}));
  });

  it.each([
    [{ klWarmup: 5, klCycles: 2 }, "both klWarmup (5) and klCycles (2)"],
    [{ freeBits: 1, capacity: 2 }, "both freeBits (1) and capacity (2)"],
    [{ objective: "iwae", freeBits: 1 }, "freeBits was given with objective iwae"],
    [{ objective: "dreg", deterministic: true }, "a deterministic autoencoder draws no samples"],
    [{ klCycles: 20 }, "klCycles is 20 but training has 10 iterations"],
    [{ capacity: 2, capacityWarmup: 10 }, "capacityWarmup is 10 iterations but training has 10"],
  ])("refuse %o", async (settings, message) => {
    const training = tinyVae(settings).train(stripes(), { maxIterations: 10 });
    await expect(training).rejects.toThrow(ConfigError);
    await expect(tinyVae(settings).train(stripes(), { maxIterations: 10 })).rejects.toThrow(message);
  });
});
