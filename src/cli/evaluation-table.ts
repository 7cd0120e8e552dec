import { formatCount } from "../common/format.ts";
import type { LatentEvaluation } from "../evaluate/latents.ts";
import { isBetterThan } from "../evaluate/pca.ts";
import type { EvaluationRecord } from "../evaluate/record.ts";
import { alignColumns, formatNats } from "./format.ts";

/** The record for a person: a line a number, with what it means. */
export function evaluationTable(record: EvaluationRecord): string[] {
  return [
    `${record.run} on ${formatCount(record.examples)} ${record.split} examples of ${record.data}, in nats per example:`,
    ...(record.missing > 0
      ? [`${formatCount(record.missing)} of their values are missing: likelihoods are of those observed`]
      : []),
    ...likelihoodSection(record),
    ...latentSection(record),
    ...pcaSection(record),
  ];
}

function likelihoodSection(record: EvaluationRecord): string[] {
  const estimate = `${formatCount(record.samples)} importance samples on ${formatCount(record.nllExamples)} examples`;
  return [
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
    ]),
    "",
    ...(record.nllIsBound ? boundLines(record) : importanceLines(record, estimate)),
  ];
}

function boundLines({ fittedCodeKl, reconstruction }: EvaluationRecord): string[] {
  return [
    "ELBO = reconstruction - KL. Codes are certain, so that no draws can be weighed: NLL is minus the ELBO, an upper",
    "bound, and the KL counts every code as equally likely.",
    fittedCodeKl === null
      ? "A prior fitted to the codes gives a better bound: vaekit sample fits one."
      : `With the prior fitted to the codes the KL is ${formatNats(fittedCodeKl)}, and the ELBO ${formatNats(reconstruction - fittedCodeKl)}.`,
  ];
}

function importanceLines(record: EvaluationRecord, estimate: string): string[] {
  return [
    `ELBO = reconstruction - KL; NLL by ${estimate}, ± its standard error. Bound by samples:`,
    `  ${record.curve.map(({ samples, bound }) => `${formatCount(samples)}: ${formatNats(bound)}`).join("   ")}`,
    `  effective samples of an example: median ${record.effectiveSampleSize.median.toFixed(1)}, ` +
      `5 % have fewer than ${record.effectiveSampleSize.lowest5Percent.toFixed(1)}`,
  ];
}

function latentSection({
  latents,
  activeUnits,
  latent,
  klPerDimension,
  klPerLayer,
}: EvaluationRecord): string[] {
  const largest = Math.max(...klPerDimension);
  const smallest = Math.min(...klPerDimension);
  return [
    "",
    "Latent space:",
    "",
    ...alignColumns([
      ...(activeUnits === null
        ? []
        : [["  active units", `${activeUnits} of ${latent}`, "latent dimensions that respond to the data"]]),
      ...(klPerLayer.length > 0
        ? [["  KL by layer", klPerLayer.map(formatNats).join(", "), "the layer next to the data first"]]
        : []),
      ...(klPerDimension.length > 0
        ? [
            [
              "  KL of a dimension",
              `${formatNats(smallest)} to ${formatNats(largest)}`,
              "near 0: the dimension is not used",
            ],
          ]
        : []),
      ...(latents ? [...aggregateLines(latents), ...labelLines(latents)] : []),
    ]),
  ];
}

function aggregateLines(latents: LatentEvaluation): string[][] {
  const { mutualInformation, mutualInformationStandardError, mutualInformationLimit, marginalKl } = latents;
  const examples = formatCount(latents.aggregateExamples);
  return [
    ...(Number.isNaN(mutualInformation)
      ? []
      : [
          [
            "  mutual information",
            withError(mutualInformation, mutualInformationStandardError),
            `of example and latent point; ${examples} examples show no more than ln ${examples} = ${formatNats(mutualInformationLimit)}`,
          ],
          [
            "  marginal KL",
            formatNats(marginalKl),
            "how far all latent points together are from the prior, at most: KL - mutual information",
          ],
        ]),
    ...(Number.isNaN(latents.mmdSquared)
      ? []
      : [
          [
            "  MMD²",
            latents.mmdSquared.toExponential(1),
            `from the prior; chance gives as much with p = ${latents.mmdPValue.toFixed(2)}`,
          ],
        ]),
  ];
}

function labelLines({ probeAccuracy, knnAccuracy, majorityAccuracy }: LatentEvaluation): string[][] {
  const rows: [string, number | undefined, string][] = [
    ["  linear probe", probeAccuracy, "labels read off the latent means by logistic regression"],
    ["  5 neighbours", knnAccuracy, "labels of the nearest training examples, by latent means"],
    ["  majority class", majorityAccuracy, "what guessing without looking is worth"],
  ];
  return rows.flatMap(([name, part, meaning]) =>
    part === undefined ? [] : [[name, percent(part), meaning]],
  );
}

function pcaSection({ pca, latents, nll, nllStandardError }: EvaluationRecord): string[] {
  if (!pca) return [];
  const rows: [string, string | undefined, string | undefined, string][] = [
    [
      "  squared error",
      withError(pca.vaeSquaredError, pca.vaeSquaredErrorStandardError),
      withError(pca.squaredError, pca.squaredErrorStandardError),
      "of an example's reconstruction",
    ],
    ["  linear probe", optionalPercent(latents?.probeAccuracy), optionalPercent(pca.probeAccuracy), ""],
    ["  5 neighbours", optionalPercent(latents?.knnAccuracy), optionalPercent(pca.knnAccuracy), ""],
    [
      "  NLL",
      withError(nll, nllStandardError),
      pca.logLikelihood === undefined
        ? undefined
        : withError(-pca.logLikelihood, pca.logLikelihoodStandardError!),
      "of probabilistic PCA, exact",
    ],
  ];
  const both = rows.flatMap(([name, vae, principal, meaning]) =>
    vae === undefined || principal === undefined ? [] : [[name, vae, principal, meaning]],
  );
  return [
    "",
    `Beside PCA with ${formatCount(pca.components)} components:`,
    "",
    ...alignColumns([["", "VAE", "PCA", ""], ...both]),
    ...(isBetterThan(pca, { nll }) ? ["", PCA_IS_BETTER] : []),
    ...(pca.logLikelihood === undefined
      ? ["", "No NLL of PCA: it would be of a density, which does not compare with one of probabilities."]
      : []),
  ];
}

const PCA_IS_BETTER =
  "PCA accounts for these examples better than the VAE: take PCA, or get more rows, or try fewer latent dimensions.";

function withError(value: number, error: number): string {
  return Number.isFinite(error) ? `${formatNats(value)} ± ${formatNats(error)}` : formatNats(value);
}

function optionalPercent(part: number | undefined): string | undefined {
  return part === undefined ? undefined : percent(part);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
