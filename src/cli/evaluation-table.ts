import type { ProbeAccuracies } from "../latent-evaluation.ts";
import type { EvaluationRecord } from "./evaluation-record.ts";
import { alignColumns, formatCount, formatNats } from "./format.ts";

/** The record for a person: a line a number, with what it means. */
export function evaluationTable(record: EvaluationRecord): string[] {
  const estimate = `${formatCount(record.samples)} importance samples on ${formatCount(record.nllExamples)} examples`;
  return [
    `${record.run} on ${formatCount(record.examples)} ${record.split} examples of ${record.data}, in nats per example:`,
    "",
    ...alignColumns([
      [
        "  ELBO",
        withError(record.elbo, record.elboStandardError),
        "a lower bound on the log-likelihood: higher is better",
      ],
      [
        "  reconstruction",
        formatNats(record.reconstruction),
        "how likely the data are, given their latent points",
      ],
      ["  KL", formatNats(record.kl), "what the latent points tell beyond the prior"],
      ["  NLL", withError(record.nll, record.nllStandardError), "negative log-likelihood: lower is better"],
      ...(record.bitsPerDimension === null
        ? []
        : [["  bits per dimension", formatNats(record.bitsPerDimension), "the same NLL, for each value"]]),
      [
        "  active units",
        `${record.activeUnits} of ${record.latent}`,
        "latent dimensions that respond to the data",
      ],
      ...latentLines(record),
    ]),
    "",
    `ELBO = reconstruction - KL; NLL by ${estimate}, ± its standard error. Bound by samples:`,
    `  ${record.curve.map(({ samples, bound }) => `${formatCount(samples)}: ${formatNats(bound)}`).join("   ")}`,
    `  effective samples of an example: median ${record.effectiveSampleSize.median.toFixed(1)}, ` +
      `5 % have fewer than ${record.effectiveSampleSize.lowest5Percent.toFixed(1)}`,
    ...pcaLines(record),
  ];
}

function latentLines({ latents }: EvaluationRecord): string[][] {
  if (!latents) return [];
  const { mutualInformation, marginalKl, mmdSquared, mmdPValue } = latents;
  return [
    [
      "  mutual information",
      formatNats(mutualInformation),
      "what a latent point tells about which example it is",
    ],
    ["  marginal KL", formatNats(marginalKl), "how far all latent points together are from the prior"],
    [
      "  MMD²",
      mmdSquared.toExponential(1),
      `from the prior; chance gives as much with p = ${mmdPValue.toFixed(2)}`,
    ],
    ...accuracyLines(latents),
  ];
}

function accuracyLines({ probeAccuracy, knnAccuracy }: ProbeAccuracies): string[][] {
  if (probeAccuracy === undefined || knnAccuracy === undefined) return [];
  return [
    ["  linear probe", percent(probeAccuracy), "labels read off the latent means by logistic regression"],
    ["  5 neighbours", percent(knnAccuracy), "labels of the nearest training examples, by latent means"],
  ];
}

function pcaLines({ pca }: EvaluationRecord): string[] {
  if (!pca) return [];
  const { components, squaredError, vaeSquaredError, logLikelihood, probeAccuracy, knnAccuracy } = pca;
  return [
    "",
    `Beside it, PCA with ${formatCount(components)} components: squared error of an example ${squaredError.toFixed(2)} (VAE ${vaeSquaredError.toFixed(2)})` +
      (probeAccuracy === undefined
        ? ""
        : `, linear probe ${percent(probeAccuracy)}, 5 neighbours ${percent(knnAccuracy!)}`) +
      (logLikelihood === undefined ? "" : `, NLL ${formatNats(-logLikelihood)} (probabilistic PCA, exact)`),
  ];
}

function withError(value: number, error: number): string {
  return Number.isFinite(error) ? `${formatNats(value)} ± ${formatNats(error)}` : formatNats(value);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
