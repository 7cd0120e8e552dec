import { subset } from "../../data/dataset.ts";
import { countActiveUnits } from "../../evaluate/evaluation.ts";
import { positiveInteger } from "../../settings.ts";
import { seedFlag, splitFlag } from "../choices.ts";
import { defineCommand } from "../command.ts";
import { alignColumns, formatCount, formatNats } from "../format.ts";
import { watched } from "../progress.ts";
import { dataFlag, openRun, openRunData } from "../trained-run.ts";

export const evaluate = defineCommand({
  details: `The likelihood is estimated by importance sampling (Burda et al. 2016). It takes
long, so it is done on some examples only. All numbers are nats per example.

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
    seed: seedFlag,
  },

  async run({ run: directory, data: source, split, samples, nllExamples, seed }, io) {
    const run = await openRun(directory);
    const { vae } = run;
    try {
      const data = await openRunData(run, split, io, source);
      const bound = await watched(io, "ELBO", "examples", (work) => vae.elbo(data, { seed, ...work }));
      const first = subset(data, 0, Math.min(nllExamples, data.examples));
      const logLikelihoods = await watched(io, "likelihood", "samples", (work) =>
        vae.logLikelihood(first, { seed, samples, ...work }),
      );
      const { mean, standardError } = meanOf(logLikelihoods);
      const result = {
        run: directory,
        data: data.name,
        split,
        examples: bound.examples,
        elbo: bound.elbo,
        reconstruction: bound.reconstruction,
        kl: bound.kl,
        nll: -mean,
        nllStandardError: standardError,
        nllExamples: first.examples,
        samples,
        seed,
        activeUnits: countActiveUnits(bound),
        latent: vae.model.latent,
        klPerDimension: Array.from(bound.klPerDimension),
      };
      for (const line of tableOf(result)) io.print(line);
      return result;
    } finally {
      await vae.dispose();
    }
  },
});

/** @returns the mean, and its standard error: the sample's standard deviation over √n */
export function meanOf(values: Float64Array): { mean: number; standardError: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares / (n - 1) / n) };
}

interface Measured {
  readonly run: string;
  readonly data: string;
  readonly split: string;
  readonly examples: number;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  readonly nll: number;
  readonly nllStandardError: number;
  readonly nllExamples: number;
  readonly samples: number;
  readonly activeUnits: number;
  readonly latent: number;
}

function tableOf(result: Measured): string[] {
  const { nllStandardError: error, nllExamples, samples, activeUnits, latent } = result;
  const spread = Number.isFinite(error) ? ` ± ${formatNats(error)}` : "";
  const estimate = `${formatCount(samples)} importance samples on ${formatCount(nllExamples)} examples`;
  return [
    `${result.run} on ${formatCount(result.examples)} ${result.split} examples of ${result.data}, in nats per example:`,
    "",
    ...alignColumns([
      ["  ELBO", formatNats(result.elbo), "a lower bound on the log-likelihood: higher is better"],
      [
        "  reconstruction",
        formatNats(result.reconstruction),
        "how likely the data are, given their latent points",
      ],
      ["  KL", formatNats(result.kl), "what the latent points tell beyond the prior"],
      ["  NLL", `${formatNats(result.nll)}${spread}`, "negative log-likelihood: lower is better"],
      ["  active units", `${activeUnits} of ${latent}`, "latent dimensions that respond to the data"],
    ]),
    "",
    `ELBO = reconstruction - KL; NLL by ${estimate}, ± its standard error.`,
  ];
}
