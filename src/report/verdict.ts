import { formatCount } from "../common/format.ts";
import { countActiveUnits } from "../evaluate/evaluation.ts";
import { isBetterThan } from "../evaluate/pca.ts";
import type { EvaluationRecord } from "../evaluate/record.ts";
import type { ReportData } from "./data.ts";
import { formatNats } from "./format.ts";
import { html, type Markup } from "./html.ts";
import { iterationsDone } from "./making.ts";

/** Whether the model can be used, in one sentence, with what the doctor finds and how to mend it. */
export function verdictSection(data: ReportData): Markup {
  const { findings } = data;
  if (!findings) return html`<section class="verdict"><h2>${sentenceOf(data)}</h2></section>`;
  if (findings.length === 0 && passesOf(data) < 1)
    return html`<section class="verdict"><h2>${sentenceOf(data)}</h2><p>The doctor found nothing wrong so far. Train longer (<code>--max-iterations</code>) before you judge it.</p></section>`;
  if (findings.length === 0)
    return html`<section class="verdict good"><h2>${sentenceOf(data)}</h2><p>The doctor looked at data, training and model, and found nothing wrong.</p></section>`;
  return html`<section class="verdict bad"><h2>${sentenceOf(data)}</h2>
<ul>${findings.map(({ code, evidence, remedy }) => html`<li><strong>${code.replaceAll("-", " ")}</strong>: ${withMinus(evidence)}. <span class="remedy">${capital(withMinus(remedy))}.</span></li>`)}</ul></section>`;
}

/** The remedy begins a sentence of its own. */
function capital(sentence: string): string {
  return `${sentence[0]?.toUpperCase() ?? ""}${sentence.slice(1)}`;
}

/** Signs of numbers, not hyphens or flags. */
function withMinus(sentence: string): string {
  return sentence.replace(/(?<![\w-])-(?=\d)/g, "\u2212");
}

/** How often the training has gone through its data. */
function passesOf(data: ReportData): number {
  const { hyperparameters, data: source } = data.config;
  return (iterationsDone(data) * hyperparameters.batchSize) / source.examples.train;
}

function sentenceOf(data: ReportData): string {
  const { findings, evaluation, record } = data;
  const isCollapsed =
    findings?.some(({ code }) => code.includes("collapse")) ||
    (typeof evaluation !== "string" &&
      evaluation.klPerDimension.length > 0 &&
      countActiveUnits(evaluation) === 0);
  if (isCollapsed) return "This model has collapsed: its latent space carries nothing about the data.";
  const count = findings?.length ?? 0;
  if (count > 0)
    return count === 1 ? "One thing is wrong." : `${count} things are wrong: mend the first one first.`;
  if (typeof evaluation === "string") return "How good this model is has not been measured.";
  const likelihood =
    record?.nll === undefined
      ? `an ELBO of ${formatNats(evaluation.elbo)} nats`
      : `a log-likelihood of ${formatNats(-record.nll)} ± ${formatNats(record.nllStandardError)} nats`;
  const active = countActiveUnits(evaluation);
  const inUse =
    active === null ? "" : `, ${active} of ${formatCount(data.config.model.latent)} latent dimensions in use`;
  const course = passesOf(data) < 1 ? "Trained for less than one pass through the data" : "Trained soundly";
  return `${course}: ${likelihood} per ${evaluation.split} example${inUse}.`;
}

/** The model beside PCA with as many components, where `evaluate` has compared them. */
export function pcaTable({ pca, nll, nllStandardError, latents }: EvaluationRecord): Markup | undefined {
  if (!pca) return undefined;
  const percent = (share: number | undefined) =>
    share === undefined ? undefined : `${(100 * share).toFixed(1)} %`;
  const rows: [string, string | undefined, string | undefined][] = [
    ["squared error of a reconstruction", formatNats(pca.vaeSquaredError), formatNats(pca.squaredError)],
    [
      "negative log-likelihood",
      `${formatNats(nll)} ± ${formatNats(nllStandardError)}`,
      pca.logLikelihood === undefined || pca.logLikelihood === null
        ? undefined
        : formatNats(-pca.logLikelihood),
    ],
    ["labels read off linearly", percent(latents?.probeAccuracy), percent(pca.probeAccuracy)],
    ["labels by 5 neighbours", percent(latents?.knnAccuracy), percent(pca.knnAccuracy)],
  ];
  const both = rows.filter(([, vae, other]) => vae !== undefined && other !== undefined);
  return html`<div class="card"><h3>Beside PCA with ${pca.components} components</h3>
<table><thead><tr><th></th><th>this model</th><th>PCA</th></tr></thead><tbody>${both.map(([name, vae, other]) => html`<tr><th>${name}</th><td>${vae}</td><td>${other}</td></tr>`)}</tbody></table></div>
${isBetterThan(pca, { nll }) && html`<p class="note">PCA accounts for these examples better than this model: take PCA, or get more rows, or try fewer latent dimensions.</p>`}`;
}
