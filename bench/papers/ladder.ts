/**
 * Sønderby et al. (2016), "Ladder Variational Autoencoders", Table 1: MNIST, binarised afresh for every batch, NLL with
 * 5,000 importance samples: 81.74 with five layers of latents, 82.0 and more with two (and 86.76 with one layer of the
 * same kind: Burda et al. 2016). Here with one, two and three layers of the same networks.
 *
 * `npm run paper:ladder -- --minutes 40`: so long for each row. `--iterations 5000` instead: so many steps.
 */
import { parseArgs } from "node:util";
import { concatenate } from "../../src/data/concatenate.ts";
import { subset } from "../../src/data/dataset.ts";
import { mnist } from "../../src/data/formats/mnist.ts";
import type { HyperparametersInput } from "../../src/models/hyperparameters.ts";
import type { Architecture } from "../../src/models/sizes.ts";
import { meanWithError } from "../../src/numerics/statistics.ts";
import { VAE } from "../../src/vae/vae.ts";
import "../../src/node.ts";

interface Row {
  readonly architecture: Architecture;
  readonly posterior?: HyperparametersInput["posterior"];
  readonly published: number;
}

const ROWS: Readonly<Record<string, Row>> = {
  "one layer": { architecture: [784, 512, 512, 48], published: 86.76 },
  "two layers": {
    architecture: [784, 512, 512, 48],
    posterior: "ladder:layers=32+16,hidden=512",
    published: 83.0,
  },
  "three layers": {
    architecture: [784, 512, 512, 56],
    posterior: "ladder:layers=32+16+8,hidden=512",
    published: 81.74,
  },
  "three layers at places": {
    architecture: {
      network: "conv",
      inputShape: [28, 28, 1],
      channels: [32],
      kernel: 3,
      residualBlocks: 1,
      hidden: [],
      latent: 309,
    },
    posterior: "ladder:layers=1+1+4,hidden=32",
    published: 81.74,
  },
};
/** Steps timed to fit a row's length to its minutes. */
const TIMED_STEPS = 300;

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "40" },
    iterations: { type: "string" },
    rows: { type: "string", default: "one layer,two layers,three layers" },
    examples: { type: "string", default: "1000" },
    samples: { type: "string", default: "5000" },
    seed: { type: "string", default: "0" },
  },
});

const { train: pictures, validation, test } = await mnist();
const train = concatenate([pictures, validation!]);
const evaluated = subset(test!, 0, Math.min(Number(flags.examples), test!.examples));

for (const name of flags.rows.split(",")) {
  const row = ROWS[name.trim()];
  if (!row) throw new Error(`there is no row "${name}": choose of ${Object.keys(ROWS).join(", ")}`);
  const make = (klWarmup: number) =>
    new VAE(
      row.architecture,
      {
        batchSize: 128,
        learningRate: 1e-3,
        schedule: "cosine",
        binarize: "always",
        klWarmup,
        ...(row.posterior && { posterior: row.posterior }),
      },
      { inputShape: [28, 28, 1] },
    );
  let iterations = Number(flags.iterations ?? 0);
  if (iterations === 0) {
    const timed = make(0);
    const begin = performance.now();
    await timed.train(train, { maxIterations: TIMED_STEPS });
    iterations = Math.floor((Number(flags.minutes) * 60_000 * TIMED_STEPS) / (performance.now() - begin));
    await timed.dispose();
  }
  const vae = make(Math.floor(iterations / 10));
  const begin = performance.now();
  await vae.train(train, { maxIterations: iterations, seed: Number(flags.seed) });
  const minutes = (performance.now() - begin) / 60_000;
  const { elbo, klPerLayer } = await vae.elbo(test!);
  const samples = Number(flags.samples);
  const nll = meanWithError((await vae.logLikelihood(evaluated, { samples })).map((each) => -each));
  console.log(
    `${name.trim()}: NLL ${nll.mean.toFixed(2)} ± ${nll.standardError.toFixed(2)} (published ${row.published}), test ELBO ${elbo.toFixed(2)}, KL by layer ${Array.from(klPerLayer, (nats) => nats.toFixed(2)).join(", ") || "-"}; ${iterations} iterations in ${minutes.toFixed(1)} min`,
  );
  await vae.dispose();
}
