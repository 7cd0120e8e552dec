import { formatCount } from "../common/format.ts";
import { countActiveUnits } from "../evaluate/evaluation.ts";
import type { EvaluationRecord } from "../evaluate/record.ts";
import type { ReportData, ReportEvaluation } from "./data.ts";
import { formatNats } from "./format.ts";
import { html, type Markup } from "./html.ts";
import { klBars } from "./kl-bars.ts";
import { pcaTable } from "./verdict.ts";

/** Beyond this a number of cases says less than bits do. */
const MOST_CASES = 1e6;

/** How good the model is on examples it has not seen, each number with what it means. */
export function numbersSection({ evaluation, config, record }: ReportData): Markup {
  if (typeof evaluation === "string")
    return html`<section><h2>How good it is</h2><p class="note">${evaluation}</p></section>`;
  const { deterministic, beta } = config.hyperparameters;
  const weighted =
    beta !== 1 &&
    !deterministic &&
    ` Training weighted the KL by ${beta}; here it counts once, as the ELBO has it.`;
  return html`<section>
<h2>How good it is</h2>
<p class="lead">On ${formatCount(evaluation.examples)} ${evaluation.split} examples, which training has not seen, in nats per example.${weighted}${config.model.missing && " Some values may be missing: likelihoods are of those that were observed."}</p>
<div class="tiles">${deterministic ? plainTiles(evaluation) : [...likelihoodTile(record), ...tiles(evaluation, config.model.latent)]}</div>
<div class="cards">${record && pcaTable(record)}${!deterministic && evaluation.klPerDimension.length > 0 && klFigure(evaluation)}</div>
</section>`;
}

function tiles(evaluation: ReportEvaluation, latent: number): Markup[] {
  const { elbo, reconstruction, kl } = evaluation;
  const active = countActiveUnits(evaluation);
  return [
    tile(
      "ELBO",
      formatNats(elbo),
      "A lower bound on the log-likelihood of the data, and what training raises: reconstruction minus KL. Higher is better.",
    ),
    tile(
      "Reconstruction",
      formatNats(reconstruction),
      "How likely an example is, given its own latent point. Higher is better.",
    ),
    tile(
      "KL",
      formatNats(kl),
      `What a latent point tells about its example beyond the prior: ${bitsOf(kl)}.`,
    ),
    ...(active === null
      ? []
      : [
          tile(
            "Active dimensions",
            `${active} of ${latent}`,
            "Latent dimensions that respond to the data. The others carry nothing.",
          ),
        ]),
  ];
}

function likelihoodTile(record: EvaluationRecord | undefined): Markup[] {
  if (!record) return [];
  const { nll, nllStandardError, nllExamples, samples } = record;
  return [
    tile(
      "Log-likelihood",
      formatNats(-nll),
      `± ${formatNats(nllStandardError)}, by ${formatCount(samples)} importance samples on ${formatCount(nllExamples)} examples. Higher is better.`,
    ),
  ];
}

function plainTiles({ reconstruction, klPerDimension }: ReportEvaluation): Markup[] {
  return [
    tile(
      "Reconstruction",
      formatNats(reconstruction),
      "How likely an example is, given its own latent point. Higher is better.",
    ),
    tile(
      "Latent dimensions",
      String(klPerDimension.length),
      "A plain autoencoder puts each example at one point, without noise and without a prior: it has no KL, no ELBO, and no rule for where to draw new latent points.",
    ),
  ];
}

function tile(name: string, value: string, meaning: string): Markup {
  return html`<div class="tile"><h3>${name}</h3><p class="value">${value}</p><p>${meaning}</p></div>`;
}

function bitsOf(kl: number): string {
  const bits = `${(kl / Math.LN2).toFixed(1)} bits`;
  const cases = Math.exp(kl);
  return cases >= 2 && cases <= MOST_CASES
    ? `${bits}, enough to tell ${formatCount(Number(cases.toPrecision(2)))} cases apart`
    : bits;
}

function klFigure({ klPerDimension }: ReportEvaluation): Markup {
  return html`<figure class="chart beside">${klBars(klPerDimension)}<figcaption><strong>KL of each latent dimension.</strong> How many nats of what is told each dimension carries. Where it is near 0 the encoder leaves the dimension as the prior has it, and the decoder ignores it.</figcaption></figure>`;
}
