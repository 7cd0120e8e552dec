import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { uniform } from "../../test/reference/random.ts";
import { NumericalError } from "../common/errors.ts";
import { mnist } from "../data/formats/mnist.ts";
import { idxFile } from "../data/testing/idx-file.ts";
import { diagnoseData, diagnoseRun } from "../tasks/diagnose.ts";
import { type RunRequest, trainRun } from "../tasks/train.ts";

const folder = mkdtempSync(join(tmpdir(), "vaekit-doctor-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SIDE = 6;
const VALUES = SIDE ** 2;

interface Made {
  readonly train: number;
  readonly test: number;
  /** Changes rows of values in [0, 1] and labels before they are written. */
  readonly spoil?: (split: {
    rows: number[][];
    labels: number[];
    isTest: boolean;
    next: () => number;
  }) => void;
  /** float32 tables of rows instead of pictures in bytes. */
  readonly table?: boolean;
  readonly factor?: number;
}

/** Pictures of one bright row and one bright column, with noise: the row is the label. */
function make(name: string, { train, test, spoil, table = false, factor = 255 }: Made): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  const next = uniform(7);
  for (const [part, count] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const labels = Array.from({ length: count }, () => Math.floor(SIDE * next()));
    const rows = labels.map((label) => {
      const column = Math.floor(SIDE * next());
      return Array.from({ length: VALUES }, (_, at) =>
        Math.floor(at / SIDE) === label || at % SIDE === column ? 0.75 + 0.25 * next() : 0.15 * next(),
      );
    });
    spoil?.({ rows, labels, isTest: part === "t10k", next });
    const values = rows.flat().map((value) => (table ? value : Math.round(factor * value)));
    const shape = table ? [count, VALUES] : [count, SIDE, SIDE];
    writeFileSync(
      join(path, `${part}-images-idx${shape.length}-ubyte`),
      idxFile(table ? "float32" : "uint8", shape, values),
    );
    writeFileSync(join(path, `${part}-labels-idx1-ubyte`), idxFile("uint8", [count], labels));
  }
  return path;
}

type Settings = Partial<
  Pick<RunRequest, "architecture" | "hyperparameters" | "training" | "scale" | "signal" | "onEvent">
>;

async function train(data: string, name: string, settings: Settings): Promise<string> {
  const directory = join(folder, "runs", name);
  const hyperparameters = { batchSize: 32, learningRate: 3e-3, ...settings.hyperparameters };
  const training = { maxIterations: 500, validateEvery: 50, logEvery: 25, ...settings.training };
  const architecture = settings.architecture ?? [VALUES, 32, 4];
  const request = { ...settings, data, directory, architecture, hyperparameters, training };
  await trainRun(request).then(
    ({ vae }) => vae.dispose(),
    (error) => {
      if (!(error instanceof NumericalError)) throw error;
    },
  );
  return directory;
}

const healthy = make("healthy", { train: 1500, test: 400 });

/** Stops a training after some iterations, as Ctrl-C does. */
function stopAfter(iterations: number): Pick<Settings, "signal" | "onEvent"> {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === "iteration" && event.iteration === iterations) controller.abort();
    },
  };
}

const BROKEN: readonly { broken: string; code: string; run: () => Promise<string> }[] = [
  {
    broken: "β far too large",
    code: "beta-too-large",
    run: () => train(healthy, "beta", { hyperparameters: { beta: 100 } }),
  },
  {
    broken: "learning rate 1",
    code: "learning-rate",
    run: () => train(healthy, "rate", { hyperparameters: { learningRate: 1 } }),
  },
  {
    broken: "a learning rate under which the bound falls",
    code: "learning-rate",
    run: () => train(healthy, "unsteady", { hyperparameters: { learningRate: 0.3, activation: "tanh" } }),
  },
  {
    broken: "steps without limit, under which a decoder of bounded scale stays finite",
    code: "learning-rate",
    run: () =>
      train(healthy, "diverged", {
        hyperparameters: { learningRate: 1e6, likelihood: "gaussian", optimizer: "sgd", clipValue: 1e9 },
      }),
  },
  {
    broken: "pixels from 0 to 255",
    code: "unscaled-data",
    run: () => train(healthy, "pixels", { scale: 1, hyperparameters: { likelihood: "gaussian" } }),
  },
  {
    broken: "a constant column",
    code: "constant-columns",
    run: () => {
      const spoil: Made["spoil"] = ({ rows }) => {
        for (const row of rows) row[5] = 0.5;
      };
      return train(make("constant", { train: 600, test: 200, table: true, spoil }), "constant", {});
    },
  },
  {
    broken: "training rows in the test split",
    code: "duplicates-across-splits",
    run: () => {
      let kept: number[][] = [];
      const spoil: Made["spoil"] = ({ rows, isTest }) => {
        // The first rows become the validation split.
        if (!isTest) kept = rows.slice(500, 560);
        else for (const [at, row] of kept.entries()) rows[2 * at] = row;
      };
      return train(make("leak", { train: 1500, test: 400, spoil }), "leak", {});
    },
  },
  {
    broken: "one example a class",
    code: "tiny-classes",
    run: () => {
      const spoil: Made["spoil"] = ({ labels }) => {
        for (const at of labels.keys()) labels[at] = at % 256;
      };
      return train(make("classes", { train: 200, test: 100, spoil }), "classes", {});
    },
  },
  {
    broken: "a warm-up ten times the run",
    code: "warm-up-longer-than-run",
    run: () =>
      train(healthy, "warm-up", {
        hyperparameters: { klWarmup: 5000 },
        training: { maxIterations: 10_000 },
        ...stopAfter(500),
      }),
  },
  {
    broken: "latent size 500",
    code: "latent-too-large",
    run: () => train(healthy, "latent", { architecture: [VALUES, 32, 500] }),
  },
  {
    broken: "shuffled labels",
    code: "uninformative-labels",
    run: () => {
      const spoil: Made["spoil"] = ({ labels, next }) => {
        for (const at of labels.keys()) labels[at] = Math.floor(SIDE * next());
      };
      return train(make("shuffled", { train: 1500, test: 400, spoil }), "shuffled", {});
    },
  },
  {
    broken: "far more parameters than data",
    code: "overfitting",
    run: () =>
      train(make("few", { train: 60, test: 200 }), "overfit", {
        architecture: [VALUES, 300, 10],
        hyperparameters: { beta: 0.2 },
        training: { maxIterations: 1500, validateEvery: 100 },
      }),
  },
  {
    broken: "ten iterations",
    code: "underfitting",
    run: () =>
      train(healthy, "short", { hyperparameters: { learningRate: 1e-4 }, training: { maxIterations: 10 } }),
  },
  {
    broken: "hidden units that died",
    code: "dead-units",
    run: () =>
      train(healthy, "dead", {
        architecture: [VALUES, 64, 4],
        hyperparameters: {
          activation: "relu",
          learningRate: 0.3,
          optimizer: "sgd",
          clipValue: 1,
          momentum: 0,
        },
        training: { maxIterations: 300 },
      }),
  },
  {
    broken: "a test split of another kind",
    code: "shifted-data",
    run: () => {
      const spoil: Made["spoil"] = ({ rows, isTest }) => {
        if (isTest) for (const row of rows) for (const at of row.keys()) row[at] = 1 - row[at]!;
      };
      return train(make("shifted", { train: 1500, test: 400, spoil }), "shifted", {});
    },
  },
  {
    broken: "β far too small",
    code: "beta-too-small",
    run: () => train(healthy, "small-beta", { hyperparameters: { beta: 1e-3 } }),
  },
];

describe("the doctor's first finding", () => {
  it.each(BROKEN)(
    "is $code for $broken",
    async ({ code, run }) => {
      const { findings } = await diagnoseRun(await run());
      expect(findings.map((finding) => finding.code)).toContain(code);
      expect(findings[0]!.code, JSON.stringify(findings)).toBe(code);
    },
    30_000,
  );

  it("is unreadable-data for a row that is not a number, before any training and after", async () => {
    const run = await train(make("broken-later", { train: 300, test: 100, table: true }), "nan", {
      training: { maxIterations: 20 },
    });
    const spoil: Made["spoil"] = ({ rows, isTest }) => {
      if (!isTest) rows[7]![3] = Number.NaN;
    };
    const data = make("broken-later", { train: 300, test: 100, table: true, spoil });
    for (const { findings } of [await diagnoseData(data), await diagnoseRun(run)]) {
      expect(findings[0]!.code).toBe("unreadable-data");
      expect(findings[0]!.evidence).toContain("NaN");
    }
  });

  it("is outside-support for pixels that are not divided", async () => {
    const { findings } = await diagnoseData(healthy, { scale: 1 });
    expect(findings[0]).toMatchObject({
      code: "outside-support",
      remedy: expect.stringContaining("--scale 255"),
    });
  });
});

describe("the doctor is quiet", () => {
  const quiet = async (directory: string) => expect((await diagnoseRun(directory)).findings).toEqual([]);

  it("about pictures under a Bernoulli likelihood", async () => {
    await quiet(await train(healthy, "healthy-bernoulli", { training: { maxIterations: 1500 } }));
  }, 30_000);

  it("about a table under a Gaussian likelihood", async () => {
    const data = make("table", { train: 1200, test: 300, table: true });
    await quiet(
      await train(data, "healthy-gaussian", {
        architecture: [VALUES, 40, 6],
        hyperparameters: { likelihood: "gaussian", sigma: "shared", activation: "tanh" },
        training: { maxIterations: 1500, seed: 3 },
      }),
    );
  }, 30_000);

  it("about few, binary rows with batch normalisation", async () => {
    const spoil: Made["spoil"] = ({ rows }) => {
      for (const row of rows) for (const at of row.keys()) row[at] = row[at]! > 0.5 ? 1 : 0;
    };
    const data = make("binary", { train: 700, test: 200, factor: 1, spoil });
    await quiet(
      await train(data, "healthy-binary", {
        hyperparameters: { normalization: "batch", activation: "relu", learningRate: 1e-3 },
        training: { maxIterations: 1500 },
      }),
    );
  }, 30_000);

  it("about MNIST", async () => {
    const { train: digits } = await mnist({ splits: ["train"] });
    expect(digits.examples).toBe(55_000);
    await quiet(
      await train("mnist", "healthy-mnist", {
        architecture: [784, 100, 10],
        hyperparameters: { batchSize: 100, learningRate: 2e-3 },
        training: { maxIterations: 800, validateEvery: 200 },
      }),
    );
  }, 60_000);
});
