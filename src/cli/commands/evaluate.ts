import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { subset } from "../../data/dataset.ts";
import { imageBitsPerDimension } from "../../evaluate/bits-per-dimension.ts";
import { notConverged } from "../../evaluate/convergence.ts";
import { evaluateLatents } from "../../evaluate/latents.ts";
import { comparePca } from "../../evaluate/pca.ts";
import { evaluationRecord } from "../../evaluate/record.ts";
import { meanWithError } from "../../numerics/mean-error.ts";
import { dataFlag, openRun, openRunSplits } from "../../tasks/open.ts";
import { seedFlag, splitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { evaluationTable } from "../evaluation-table.ts";
import { watched } from "../progress.ts";

export const evaluate = defineCommand({
  details: `The likelihood is estimated by importance sampling (Burda et al. 2016). It takes
long, so it is done on some examples only. docs/numbers.md explains every number.

  vaekit evaluate runs/mnist-1
  vaekit evaluate runs/mnist-1 --samples 5000 --nll-examples 1000 --json`,
  arguments: { run: { about: "run directory" } },
  flags: {
    data: dataFlag,
    split: splitFlag,
    samples: {
      placeholder: "k",
      about: "importance samples for the likelihood of an example",
      schema: positiveInteger.default(500),
    },
    nllExamples: {
      placeholder: "n",
      about: "examples on which the likelihood is estimated, the first of the split",
      schema: positiveInteger.default(500),
    },
    quick: {
      about: "only the ELBO and the likelihood: no latent space, no PCA",
      schema: z.boolean().default(false),
    },
    skipPca: {
      about: "no PCA beside it, which takes a few seconds",
      schema: z.boolean().default(false),
    },
    seed: seedFlag,
  },

  async run({ run: directory, data: source, split, samples, nllExamples, quick, skipPca, seed }, io) {
    const run = await openRun(directory);
    const { vae } = run;
    try {
      const splits = await openRunSplits(run, io, source);
      const data = splits[split];
      const bound = await watched(io, "ELBO", "examples", (work) => vae.elbo(data, { seed, ...work }));
      const first = subset(data, 0, Math.min(nllExamples, data.examples));
      const importance = await watched(io, "likelihood", "samples", (work) =>
        vae.importanceSampling(first, { seed, samples, ...work }),
      );
      const { mean } = meanWithError(importance.logLikelihood);
      const judged = { train: splits.train, data, seed };
      const record = evaluationRecord({
        run: directory,
        data: data.name,
        split,
        seed,
        bound,
        importance,
        bitsPerDimension:
          vae.hyperparameters.binarize === "never"
            ? imageBitsPerDimension(vae.model.likelihood, data, -mean)
            : undefined,
        samples,
        latents: quick
          ? undefined
          : await watched(io, "latent space", "steps", (work) =>
              evaluateLatents(vae, { ...judged, ...work }),
            ),
        pca:
          quick || skipPca
            ? undefined
            : await watched(io, "PCA", "steps", (work) => comparePca(vae, { ...judged, ...work })),
      });
      for (const line of evaluationTable(record)) io.print(line);
      const warning = notConverged(importance);
      if (warning) io.warn(`${warning} (--samples)`);
      return record;
    } finally {
      await vae.dispose();
    }
  },
});
