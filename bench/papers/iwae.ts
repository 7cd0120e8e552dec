/**
 * Burda, Grosse & Salakhutdinov (2016), "Importance Weighted Autoencoders", Table 1, one stochastic layer on MNIST:
 * a VAE (k = 1) and IWAEs (k = 5 and 50), 784-200-200-50 tanh, binarised afresh for every batch.
 *
 * `npm run paper:iwae -- --minutes 30`: a time for each row on this machine. `--iterations 1.0` repeats the lengths of
 * docs/reproduction.md exactly, whatever the machine; 0.5 half of them.
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { concatenate } from "../../src/data/concatenate.ts";
import { subset } from "../../src/data/dataset.ts";
import { mnist } from "../../src/data/formats/mnist.ts";
import { countActiveUnits } from "../../src/evaluate/evaluation.ts";
import { meanWithError } from "../../src/numerics/statistics.ts";
import { VAE } from "../../src/vae/vae.ts";
import { median } from "../limits/median.ts";

interface Row {
  /** "dreg" is the IWAE bound with the doubly reparameterised gradient, whose variance is lower. */
  readonly objective: "elbo" | "dreg";
  readonly samples: number;
  /** Small where a step has much to do for each example, so that all rows take many steps. */
  readonly batchSize: number;
  readonly iterations: number;
  readonly published: { readonly nll: number; readonly activeUnits: number };
}

const ROWS: Readonly<Record<string, Row>> = {
  "VAE k=1": {
    objective: "elbo",
    samples: 1,
    batchSize: 64,
    iterations: 900_000,
    published: { nll: 86.76, activeUnits: 19 },
  },
  "IWAE k=5": {
    objective: "dreg",
    samples: 5,
    batchSize: 64,
    iterations: 400_000,
    published: { nll: 85.54, activeUnits: 22 },
  },
  "IWAE k=50": {
    objective: "dreg",
    samples: 50,
    batchSize: 20,
    iterations: 240_000,
    published: { nll: 84.78, activeUnits: 25 },
  },
};
const PAPER_EPOCHS = 3280;
const LATENT = 50;
/** Steps timed to fit a row's length to its minutes. */
const TIMED_STEPS = 1000;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string" },
    iterations: { type: "string", default: "1" },
    rows: { type: "string", default: Object.keys(ROWS).join(",") },
    examples: { type: "string", default: "1000" },
    samples: { type: "string", default: "5000" },
    seed: { type: "string", default: "0" },
    threads: { type: "string" },
    out: { type: "string" },
  },
});
const seed = Number(flags.seed);
/** Of the training; default: the cores of the machine. Another number may change the last bits. */
const threads = flags.threads ? { threads: Number(flags.threads) } : {};

const { train: pictures, validation, test } = await mnist();
// The paper trains on all 60,000 and keeps nothing back.
const train = concatenate([pictures, validation!]);
const evaluated = subset(test!, 0, Math.min(Number(flags.examples), test!.examples));

const results: Result[] = [];
for (const name of flags.rows.split(",")) {
  const row = ROWS[name.trim()];
  if (!row) throw new Error(`there is no row "${name}": choose of ${Object.keys(ROWS).join(", ")}`);
  const result = await reproduce(name.trim(), row);
  results.push(result);
  console.log(report(result));
  if (flags.out) await writeFile(flags.out, `${JSON.stringify(results, null, 2)}\n`);
}
console.log(table());

function vaeOf({ objective, samples, batchSize }: Row): VAE {
  return new VAE([784, 200, 200, LATENT], {
    objective,
    latentSamples: samples,
    batchSize,
    learningRate: 1e-3,
    schedule: "cosine",
    activation: "tanh",
    initialization: "glorot",
    binarize: "always",
  });
}

async function lengthOf(row: Row): Promise<number> {
  if (!flags.minutes) return Math.round(Number(flags.iterations) * row.iterations);
  const times: number[] = [];
  let last = performance.now();
  for await (const event of vaeOf(row).trainingEvents(train, {
    maxIterations: TIMED_STEPS,
    seed,
    ...threads,
  })) {
    if (event.type !== "iteration") continue;
    times.push(performance.now() - last);
    last = performance.now();
  }
  return Math.round((60_000 * Number(flags.minutes)) / median(times));
}

async function reproduce(name: string, row: Row) {
  const maxIterations = await lengthOf(row);
  const vae = vaeOf(row);
  const started = performance.now();
  const onEvent = progressPrinter(name, maxIterations);
  await vae.train(train, {
    maxIterations,
    logEvery: Math.ceil(maxIterations / 20),
    checkpointEvery: 0,
    seed,
    ...threads,
    onEvent,
  });
  const trained = performance.now();
  const nll = meanWithError(
    (await vae.logLikelihood(evaluated, { samples: Number(flags.samples), seed })).map((value) => -value),
  );
  const details = await vae.elbo(evaluated, { seed });
  const seconds = (performance.now() - trained) / 1e3;
  await vae.dispose();
  return {
    name,
    published: row.published,
    nll: nll.mean,
    nllStandardError: nll.standardError,
    activeUnits: countActiveUnits(details),
    elbo: details.elbo,
    iterations: maxIterations,
    epochs: (maxIterations * row.batchSize) / train.examples,
    batchSize: row.batchSize,
    trainingMinutes: (trained - started) / 60e3,
    evaluationSeconds: seconds,
  };
}

type Result = Awaited<ReturnType<typeof reproduce>>;

function progressPrinter(name: string, total: number) {
  return (event: { type: string; iteration?: number; elbo?: number; bound?: number }) => {
    if (event.type === "log")
      console.error(
        `${name}: ${Math.round((100 * event.iteration!) / total)} %, training bound ${(event.bound ?? event.elbo!).toFixed(2)}`,
      );
  };
}

function report({ name, published, ...found }: Result): string {
  return (
    `${name}: NLL ${found.nll.toFixed(2)} ± ${found.nllStandardError.toFixed(2)} (published ${published.nll}), ` +
    `active units ${found.activeUnits} (${published.activeUnits}), ` +
    `${found.iterations} iterations of ${found.batchSize} = ${found.epochs.toFixed(0)} epochs ` +
    `(paper: ${PAPER_EPOCHS} of 20) in ${found.trainingMinutes.toFixed(1)} min, evaluated in ${found.evaluationSeconds.toFixed(0)} s`
  );
}

function table(): string {
  const lines = results.map(
    (found) =>
      `| ${found.name} | ${found.published.nll} | ${found.nll.toFixed(2)} ± ${found.nllStandardError.toFixed(2)} | ${found.published.activeUnits} | ${found.activeUnits} | ${found.epochs.toFixed(0)} | ${found.trainingMinutes.toFixed(0)} |`,
  );
  return [
    `NLL with k = ${flags.samples} on the first ${evaluated.examples} test images; the paper's are on all 10,000.`,
    "| row | NLL, published | NLL, measured | active units, published | measured | epochs | minutes |",
    "|---|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}
