import { basename } from "node:path";
import { formatCount, formatSeconds } from "../common/format.ts";
import { captionOf, comparePictures } from "./captions.ts";
import type { ReportData } from "./data.ts";
import { html, type Markup, trusted } from "./html.ts";
import { iterationsDone, makingSection } from "./making.ts";
import { numbersSection } from "./numbers.ts";
import type { EmbeddedImage, Picture } from "./pictures.ts";
import { STYLE } from "./style.ts";
import { verdictSection } from "./verdict.ts";

/** Pictures with a larger ratio of width to height get a whole line. */
const WIDE = 1.5;

/** A report on one training: an HTML document that needs no other file. */
export function reportPage(data: ReportData): string {
  const title = titleOf(data);
  const [first, ...others] = [...data.pictures].sort((a, b) => comparePictures(a.name, b.name));
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="vaekit ${data.config.createdBy.vaekit}">
<title>${title} – ${data.name}</title>
<style>${trusted(data.fonts ?? "")}${trusted(STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="kind">${data.name}</p>
<h1>${title}</h1>
<p class="deck">${summaryOf(data)}</p>
</header>
${verdictSection(data)}
${first && html`<section class="hero">${pictureFigure(first, true)}</section>`}
${numbersSection(data)}
${data.curves.length > 0 && curvesSection(data)}
${(others.length > 0 || data.leftOut.length > 0) && picturesSection(others, data.leftOut)}
${makingSection(data)}
<footer>Written by vaekit; this file needs no other.</footer>
</main>
</body>
</html>
`;
  return page.text;
}

function titleOf({ config: { data, hyperparameters } }: ReportData): string {
  const kind = hyperparameters.deterministic ? "A plain autoencoder" : "A variational autoencoder";
  return `${kind} of ${basename(data.source)}`;
}

function summaryOf(data: ReportData): string {
  const { config, history } = data;
  const { model } = config;
  const values = model.inputShape.reduce((product, length) => product * length, 1);
  const seconds = history.at(-1)?.seconds;
  const time = seconds === undefined ? "" : ` that took ${formatSeconds(seconds)}`;
  const numbers = model.latent === 1 ? "1 number" : `${formatCount(model.latent)} numbers`;
  return `Examples of ${formatCount(values)} values, told by ${numbers} each; trained on ${formatCount(config.data.examples.train)} examples, in ${formatCount(iterationsDone(data))} iterations${time}.`;
}

function curvesSection({ curves, config }: ReportData): Markup {
  const { hyperparameters, training, data } = config;
  const dropout = hyperparameters.keepProbability < 1 ? ", with dropout" : "";
  const validated = data.examples.validation !== undefined;
  return html`<section class="charts">
<div>
<h2>How it learnt</h2>
<p class="lead">Training values are means over ${formatCount(training.logEvery)} iterations while the weights change${dropout}.${
    validated &&
    " Validation is done on examples kept apart: where it falls while training still rises, the model has begun to learn its examples by heart."
  }</p>
</div>
${curves.map((curve) => html`<figure class="chart"><div class="paper drawn">${trusted(curve)}</div></figure>`)}
</section>`;
}

function picturesSection(pictures: readonly Picture[], leftOut: readonly string[]): Markup {
  return html`<section>
<h2>What it does</h2>
<div class="pictures">${rowsOf(pictures).map((row) => row.map((picture) => pictureFigure(picture, row.length === 1)))}</div>
${leftOut.length > 0 && html`<p class="note">Not in this page, but in the folder <code>plots</code> beside it: ${leftOut.join(", ")}.</p>`}
</section>`;
}

/** Two pictures per row, except wide ones and those that would leave a gap. */
function rowsOf(pictures: readonly Picture[]): Picture[][] {
  const rows: Picture[][] = [];
  for (const picture of pictures) {
    const row = rows.at(-1);
    if (row?.length === 1 && !isWide(row[0]!) && !isWide(picture)) row.push(picture);
    else rows.push([picture]);
  }
  return rows;
}

function isWide({ film, still }: Picture): boolean {
  const { width, height } = (film ?? still)!;
  return width > WIDE * height;
}

function pictureFigure(picture: Picture, wide: boolean): Markup {
  const { title, text } = captionOf(picture.name, picture.film !== undefined);
  return html`<figure class="${wide ? "picture wide" : "picture"}"><div class="paper">${imagesOf(picture, `${title}. ${text}`)}</div><figcaption><h3>${title}</h3>${text}</figcaption></figure>`;
}

/** A film plays when its poster is opened; without one, it is shown as it is. */
function imagesOf({ film, still, poster = still }: Picture, alternative: string): Markup {
  if (!film || !poster) return imageElement((film ?? still)!, alternative, "only");
  return html`<details><summary>${imageElement(poster, alternative, "still")}<span class="play">Play the film</span></summary>${imageElement(film, alternative, "film")}</details>`;
}

function imageElement(
  { uri, width, height }: EmbeddedImage,
  alternative: string,
  role: "film" | "still" | "only",
): Markup {
  return html`<img class="${role}" loading="lazy" src="${uri}" width="${width}" height="${height}" alt="${alternative}">`;
}
