import { formatCount, formatSeconds } from "../common/format.ts";
import { dataName } from "../pictures/data-name.ts";
import { captionOf, comparePictures } from "./captions.ts";
import type { ReportData } from "./data.ts";
import { explorerSection } from "./explorer-section.ts";
import type { PageFigure } from "./figures/figure.ts";
import { html, type Markup, trusted } from "./html.ts";
import { iterationsDone, makingSection } from "./making.ts";
import { numbersSection } from "./numbers.ts";
import type { EmbeddedImage, Picture } from "./pictures.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";
import { verdictSection } from "./verdict.ts";

/** A report on one training: an HTML document that needs no other file. */
export function reportPage(data: ReportData): string {
  const title = titleOf(data);
  const [first, ...others] = entriesOf(data);
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
${first && html`<section class="hero">${first.figure}</section>`}
${numbersSection(data)}
${data.curves.length > 0 && curvesSection(data)}
${
  (others.length > 0 || data.leftOut.length > 0) &&
  picturesSection(
    others.map(({ figure }) => figure),
    data.leftOut,
  )
}
${data.explorer !== undefined && explorerSection(data.explorer)}
${makingSection(data)}
<footer>Written by vaekit; this file needs no other.</footer>
</main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return page.text;
}

function titleOf({ config }: ReportData): string {
  const kind = config.hyperparameters.deterministic ? "A plain autoencoder" : "A variational autoencoder";
  return `${kind} of ${dataName(config)}`;
}

function summaryOf(data: ReportData): string {
  const { config, history } = data;
  const { model } = config;
  const values = model.inputShape.reduce((product, length) => product * length, 1);
  const seconds = history.at(-1)?.seconds;
  const time = seconds === undefined ? "" : ` that took ${formatSeconds(seconds).replaceAll(" ", "\u00a0")}`;
  const numbers = model.latent === 1 ? "1 number" : `${formatCount(model.latent)} numbers`;
  return `Examples of ${formatCount(values)} values, told by ${numbers} each; trained on ${formatCount(config.data.examples.train)} examples, in ${formatCount(iterationsDone(data))} iterations${time}.`;
}

function curvesSection({ curves, config, history }: ReportData): Markup {
  const { hyperparameters, training } = config;
  const dropout = hyperparameters.keepProbability < 1 ? ", with dropout" : "";
  const validated = history.filter(({ type }) => type === "validation").length > 1;
  const every =
    training.logEvery === 1
      ? "of single iterations"
      : `means over ${formatCount(training.logEvery)} iterations`;
  return html`<section>
<h2>How it learnt</h2>
<p class="lead">Training values are ${every}, while the weights change${dropout}.${
    validated &&
    " Validation is done on examples kept apart: where it falls while training still rises, the model has begun to learn its examples by heart."
  }</p>
<div class="charts">${curves.map((curve) => html`<figure class="chart">${curve}</figure>`)}</div>
</section>`;
}

/** A figure of the page, by the name of its kind. */
interface Entry {
  readonly name: string;
  readonly figure: Markup;
}

/** All figures, those first that tell most. A film of the training plays in the place of the figure that shows its end. */
function entriesOf({ figures, pictures }: ReportData): Entry[] {
  const filmOf = (name: string) => pictures.find((each) => each.name === name && each.film);
  const names = new Set(figures.map(({ name }) => name));
  return [
    ...figures.map((each) => ({ name: each.name, figure: drawnFigure(each, filmOf(each.name)) })),
    ...pictures
      .filter(({ name }) => !names.has(name))
      .map((picture) => ({ name: picture.name, figure: pictureFigure(picture) })),
  ].sort((a, b) => comparePictures(a.name, b.name));
}

function picturesSection(figures: readonly Markup[], leftOut: readonly string[]): Markup {
  return html`<section>
<h2>What it does</h2>
<div class="pictures">${figures}</div>
${leftOut.length > 0 && html`<p class="note">Not in this page, but in the folder <code>plots</code> beside it: ${leftOut.join(", ")}.</p>`}
</section>`;
}

function drawnFigure({ name, body, note, narrow }: PageFigure, filmed?: Picture): Markup {
  const { title, text } = captionOf(name, filmed !== undefined);
  const caption = html`<figcaption><h3>${title}</h3><p>${text}</p>${note && html`<p>${note}</p>`}</figcaption>`;
  const film =
    filmed?.film &&
    html`<details><summary><span class="play">Play how it was learnt</span></summary>${printOf(filmed.film, `${title}, while it was learnt`, "film")}</details>`;
  return html`<figure class="${narrow ? "picture beside" : "picture"}">${film ? html`<div class="poster">${body}</div>` : body}${film}${caption}</figure>`;
}

/** A file of the folder of pictures; those that this library draws have a title in them. */
function pictureFigure(picture: Picture): Markup {
  const { title, text, isKnown } = captionOf(picture.name, picture.film !== undefined);
  return html`<figure class="picture">${imagesOf(picture, `${title}. ${text}`)}<figcaption>${!isKnown && html`<h3>${title}</h3>`}<p>${text}</p></figcaption></figure>`;
}

/** A film plays when its poster is opened; without one, it is shown as it is. */
function imagesOf({ film, still, poster = still }: Picture, alternative: string): Markup {
  if (!film || !poster) return printOf((film ?? still)!, alternative, "only");
  return html`<details><summary>${printOf(poster, alternative, "still")}<span class="play">Play the film</span></summary>${printOf(film, alternative, "film")}</details>`;
}

/** An image on its own white paper, which a narrow page scrolls rather than making its letters unreadable. */
function printOf(
  { uri, width, height }: EmbeddedImage,
  alternative: string,
  role: "film" | "still" | "only",
): Markup {
  // Stills have two pixels in each unit of length, films one.
  const natural = role === "only" ? width / 2 : width;
  const least =
    role === "only" || natural > FITTING
      ? html` style="min-width:${Math.round(LEGIBLE * natural)}px"`
      : undefined;
  return html`<div class="print ${role}"><img loading="lazy" src="${uri}" width="${width}" height="${height}"${least} alt="${alternative}"></div>`;
}

/** A film no wider than this is shown whole on a telephone: what it says stands beside it. */
const FITTING = 640;
/** Letters of 12 pixels are not read at less than this part of their size. */
const LEGIBLE = 0.78;
