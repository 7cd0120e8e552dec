import { describe, expect, it } from "vitest";
import { ConfigError, NumericalError } from "../common/errors.ts";
import { dataset } from "../data/dataset.ts";
import { EvaluationNoise } from "../evaluate/noise.ts";
import type { HyperparametersInput } from "../models/hyperparameters.ts";
import { nodeRuntime } from "../runtime/node.ts";
import type { Runtime } from "../runtime/session.ts";
import { VAE } from "../vae/vae.ts";
import { CpuStep } from "./cpu-step.ts";
import { trainingSettings } from "./settings.ts";
import { collect, stripes, tinyVae } from "./testing/tiny.ts";

describe("training", () => {
  it("tells what happens in order, and learns", async () => {
    const vae = tinyVae({ keepProbability: 1, learningRate: 1e-2 });
    const events = await collect(
      vae.trainingEvents(stripes(), {
        maxIterations: 400,
        logEvery: 50,
        validation: stripes(32, 2),
        validateEvery: 100,
      }),
    );
    expect(events.all[0]).toMatchObject({
      type: "start",
      iteration: 0,
      maxIterations: 400,
      iterationsPerEpoch: 4,
    });
    expect(events.of("iteration").map(({ iteration }) => iteration)).toEqual(
      Array.from({ length: 400 }, (_, index) => index + 1),
    );
    expect(events.of("log").map(({ iteration }) => iteration)).toEqual([
      50, 100, 150, 200, 250, 300, 350, 400,
    ]);
    expect(events.of("validation").map(({ iteration }) => iteration)).toEqual([100, 200, 300, 400]);
    expect(events.all.at(-1)).toEqual({
      type: "end",
      reason: "finished",
      iteration: 400,
      keptIteration: 400,
    });
    // Sixteen fair coins cost 11.1 nats; rows known up to their noise cost about 5.5, and which of four costs ln 4.
    expect(events.of("validation").at(-1)!.elbo).toBeGreaterThan(-8);
    expect(events.of("log")[0]!.elbo).toBeLessThan(events.of("log").at(-1)!.elbo);
  });

  it("logs the means of the iterations since the last entry", async () => {
    const events = await collect(tinyVae().trainingEvents(stripes(), { maxIterations: 6, logEvery: 3 }));
    const [, , , ...later] = events.of("iteration");
    const mean = later.reduce((sum, { reconstruction }) => sum + reconstruction, 0) / 3;
    expect(events.of("log")[1]!.reconstruction).toBeCloseTo(mean, 10);
  });

  it.each(["adam", "adamw", "sgd"] as const)(
    "gives the same bits twice, and when resumed, with %s",
    async (optimizer) => {
      const settings = { learningRate: 1e-2, optimizer, normalization: "batch", binarize: "always" } as const;
      const options = {
        maxIterations: 30,
        checkpointEvery: 11,
        logEvery: 4,
        seed: 5,
        validation: stripes(20, 3),
      };
      const whole = await collect(tinyVae(settings).trainingEvents(stripes(), options));
      const again = await collect(tinyVae(settings).trainingEvents(stripes(), options));
      expect(again.of("checkpoint")).toEqual(whole.of("checkpoint"));

      const [first] = whole.of("checkpoint");
      expect(first!.checkpoint.iteration).toBe(11);
      const rest = await collect(
        tinyVae(settings).trainingEvents(stripes(), { ...options, resume: first!.checkpoint }),
      );
      expect(rest.of("checkpoint").at(-1)).toEqual(whole.of("checkpoint").at(-1));
      expect(rest.of("log")).toEqual(whole.of("log").filter(({ iteration }) => iteration > 11));
      expect(rest.of("validation")).toEqual(whole.of("validation").filter(({ iteration }) => iteration > 11));
    },
  );

  it("gives the same bits through either path to the engine", async () => {
    const run = async (path: "native" | "binding") => {
      const vae = new VAE([16, 12, 2], { batchSize: 16 }, { runtime: await nodeRuntime({ path }) });
      await vae.train(stripes(), { maxIterations: 25 });
      return vae.weights!.parameters;
    };
    expect(await run("native")).toEqual(await run("binding"));
  });

  it("differs with the seed", async () => {
    const weights = async (seed: number) => {
      const vae = tinyVae();
      await vae.train(stripes(), { maxIterations: 2, seed });
      return vae.weights!.parameters;
    };
    expect(await weights(1)).not.toEqual(await weights(2));
  });

  it("stops when aborted, with a checkpoint of the last iteration", async () => {
    const abort = new AbortController();
    const vae = tinyVae();
    let checkpointed = 0;
    const result = await vae.train(stripes(), {
      maxIterations: 1000,
      signal: abort.signal,
      onEvent: (event) => {
        if (event.type === "iteration" && event.iteration === 7) abort.abort();
        if (event.type === "checkpoint") checkpointed = event.checkpoint.iteration;
      },
    });
    expect(result).toMatchObject({ reason: "aborted", iterations: 7 });
    expect(checkpointed).toBe(7);
  });

  it("says that nothing was done where it was aborted before the first step", async () => {
    const vae = tinyVae();
    const result = await vae.train(stripes(), { maxIterations: 10, signal: AbortSignal.abort() });
    expect(result).toEqual({ reason: "aborted", iterations: 0 });
    expect(vae.weights).toBeUndefined();
  });

  it("lets timers run meanwhile", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await tinyVae().train(stripes(), { maxIterations: 3000 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  it.each<HyperparametersInput>([
    { likelihood: "poisson" },
    { likelihood: "categorical" },
    { likelihood: "mixed" },
  ])("resumes as if it had never stopped, with what $likelihood takes from the data", async (settings) => {
    const rows = Float32Array.from({ length: 64 * 3 }, (_, index) => (index * index) % 7);
    const columns = [{ kind: "count" }, { kind: "real" }, { kind: "categorical", classes: 7 }] as const;
    const data = dataset(rows, { shape: [3], columns });
    const vaeOf = () => new VAE([3, 8, 2], { batchSize: 16, ...settings });
    const whole = vaeOf();
    const options = { maxIterations: 20, checkpointEvery: 10 };
    const events = await collect(whole.trainingEvents(data, options));
    const resume = events.of("checkpoint")[0]!.checkpoint;
    const other = vaeOf();
    await other.train(data, { ...options, resume });
    expect(other.model).toEqual(whole.model);
    expect(other.weights!.parameters).toEqual(whole.weights!.parameters);
  });

  it("scales a column that never varies by 1, not by what rounding leaves of its deviation", async () => {
    const rows = Float32Array.from({ length: 64 * 2 }, (_, index) => (index % 2 === 0 ? 0.1 : index));
    const data = dataset(rows, { shape: [2], columns: [{ kind: "real" }, { kind: "real" }] });
    const vae = new VAE([2, 4, 1], { batchSize: 16, likelihood: "mixed" });
    await vae.train(data, { maxIterations: 1 });
    expect(vae.model.likelihood).toMatchObject({
      columns: [{ center: Math.fround(0.1), spread: 1 }, { spread: expect.closeTo(36.94, 1) }],
    });
  });

  it("lets go of the engine when it cannot begin", async () => {
    const engine = await nodeRuntime();
    let open = 0;
    const runtime: Runtime = {
      ...engine,
      async createSession(...options) {
        const session = await engine.createSession(...options);
        const dispose = session.dispose.bind(session);
        open++;
        session.dispose = async () => {
          open--;
          await dispose();
        };
        return session;
      },
    };
    const { model, hyperparameters } = tinyVae();
    const settings = trainingSettings.parse({});
    const beginning = CpuStep.create({ model, hyperparameters, settings, data: stripes(3), runtime });
    await expect(beginning).rejects.toThrow("batchSize is 16 but stripes has 3 examples");
    expect(open).toBe(0);
  });

  it("stops with the step and the first tensor that is not finite, and keeps no bad checkpoint", async () => {
    const rows = Float32Array.from({ length: 64 * 16 }, (_, index) => Math.sin(index));
    const vae = new VAE([16, 12, 2], {
      batchSize: 16,
      likelihood: "gaussian",
      optimizer: "sgd",
      learningRate: 1e30,
    });
    const events: string[] = [];
    const training = vae.train(dataset(rows, { shape: [16] }), {
      maxIterations: 50,
      checkpointEvery: 1,
      onEvent: ({ type }) => events.push(type),
    });
    await expect(training).rejects.toThrow(NumericalError);
    await expect(training).rejects.toThrow(
      /^the loss is not finite at iteration \d+, and the first tensor that is not is (encoder|decoder)\.\S+: try a lower/,
    );
    expect(events).not.toContain("end");
    expect(vae.weights).toBeUndefined();
  });

  it("refuses a warm-up as long as training", async () => {
    await expect(tinyVae({ klWarmup: 100 }).train(stripes(), { maxIterations: 100 })).rejects.toThrow(
      new ConfigError("klWarmup is 100 iterations but training has 100: it must be shorter than training"),
    );
  });

  it("refuses data that do not fit", async () => {
    await expect(new VAE([20, 2]).train(stripes())).rejects.toThrow(
      "the architecture begins with 20 but stripes has rows of 4 × 4 × 1 = 16 values: begin it with 16",
    );
    await expect(new VAE([16, 2], { batchSize: 100 }).train(stripes())).rejects.toThrow(
      "batchSize is 100 but stripes has 64 examples to train on: give at most that, or leave it out",
    );
  });
});

describe("settings that contradict each other", () => {
  it.each([
    [{}, { patience: 3 }, "patience is 3 but there are no validation data to watch: give some"],
    [
      { normalization: "batch", batchSize: 1 },
      {},
      "encoder layer 1 (batchNorm) was given 12: a batch of one has no spread to normalise by, so batchSize must be 2 or more",
    ],
  ] as const)("%o %o", async (hyperparameters, options, message) => {
    const vae = tinyVae(hyperparameters);
    await expect(vae.train(stripes(), { maxIterations: 5, ...options })).rejects.toThrow(
      new ConfigError(message),
    );
    expect(vae.weights).toBeUndefined();
  });
});

it("refuses weights and checkpoints of another model", async () => {
  const other = new VAE([16, 9, 2], { batchSize: 16 });
  await other.train(stripes(), { maxIterations: 2 });
  const weights = other.weights!;
  expect(() => new VAE([16, 12, 2], { batchSize: 16 }, { weights })).toThrow(
    /^the weights are of another model: this one has /,
  );
  const { checkpoint } = (await collect(other.trainingEvents(stripes(), { maxIterations: 1 }))).of(
    "checkpoint",
  )[0]!;
  await expect(tinyVae().train(stripes(), { maxIterations: 2, resume: checkpoint })).rejects.toThrow(
    /this model needs/,
  );
});

it("evaluates binarised what was trained binarised", async () => {
  const half = dataset(new Float32Array(64 * 16).fill(0.5), { shape: [16] });
  const vae = new VAE([16, 2], { batchSize: 16, binarize: "always", learningRate: 1e-2 });
  await vae.train(half, { maxIterations: 200 });
  const bits = dataset(
    new Float32Array(64 * 16).map((_, i) => i % 2),
    { shape: [16] },
  );
  const byHand = Float32Array.from({ length: 64 * 16 }, () => 0.5);
  (await EvaluationNoise.create()).binarize(byHand, { seed: 3, stream: "evaluationBinarization" }, 0);
  const binarized = dataset(byHand, { shape: [16] });
  expect(new Set(byHand)).toEqual(new Set([0, 1]));
  const options = { seed: 3, samples: 200 };
  expect(await vae.logLikelihood(half, options)).toEqual(await vae.logLikelihood(binarized, options));
  expect(await vae.elbo(half, options)).toEqual(await vae.elbo(binarized, options));
  expect((await vae.elbo(bits)).reconstruction).toBeGreaterThan(-14);
});
