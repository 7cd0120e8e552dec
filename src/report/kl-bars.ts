import { latentName } from "../plot/text.ts";
import { formatNats } from "./format.ts";
import { html, type Markup } from "./html.ts";

const HEIGHT = 150;
const TOP = 18;
const BOTTOM = 20;
/** Few bars have room for a number at each. */
const FEW = { most: 8, pitch: 42, width: 30 };
/** Bars of less than this, in nats, are not as high as the figure: nothing is not much of anything. */
const LEAST_SCALE = 0.1;
/** In the alternative text. */
const NAMED = 12;
const MANY = { pitch: 8, width: 6, least: 200, most: 330 };

/** The KL of each latent dimension, the largest first, as bars in the colours of the page. */
export function klBars(klPerDimension: ArrayLike<number>): Markup {
  const bars = Array.from(klPerDimension, (kl, dimension) => ({ kl, dimension })).sort((a, b) => b.kl - a.kl);
  const draw = bars.length <= FEW.most ? fewBars : manyBars;
  const { width, content } = draw(bars);
  const floor = HEIGHT - BOTTOM;
  const values = bars
    .slice(0, NAMED)
    .map(({ kl, dimension }) => `${latentName(dimension)} ${formatNats(kl)}`);
  return html`<svg class="bars" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="KL of each latent dimension in nats, the largest first: ${values.join(", ")}">${content}<line x1="0" y1="${floor}" x2="${width}" y2="${floor}"/></svg>`;
}

interface Bar {
  readonly kl: number;
  readonly dimension: number;
}

function fewBars(bars: readonly Bar[]): { width: number; content: Markup } {
  const content = bars.map((bar, place) => {
    const middle = (place + 0.5) * FEW.pitch;
    const { element, top } = drawBar(bar, middle, FEW.width, bars[0]!.kl);
    return html`${element}<text x="${middle}" y="${top - 5}">${formatNats(bar.kl)}</text><text class="faint" x="${middle}" y="${HEIGHT - 5}">${latentName(bar.dimension)}</text>`;
  });
  return { width: bars.length * FEW.pitch, content: html`${content}` };
}

function manyBars(bars: readonly Bar[]): { width: number; content: Markup } {
  const width = Math.min(MANY.most, Math.max(MANY.least, bars.length * MANY.pitch));
  const pitch = width / bars.length;
  const drawn = bars.map((bar, place) =>
    drawBar(bar, (place + 0.5) * pitch, (MANY.width / MANY.pitch) * pitch, bars[0]!.kl),
  );
  const most = html`<text class="start" x="0" y="${TOP - 5}">${formatNats(bars[0]!.kl)}</text>`;
  const name = html`<text class="faint start" x="0" y="${HEIGHT - 5}">${bars.length} latent dimensions</text>`;
  return { width, content: html`${drawn.map(({ element }) => element)}${most}${name}` };
}

function drawBar({ kl, dimension }: Bar, middle: number, width: number, most: number) {
  const height = round((Math.max(0, kl) / Math.max(most, LEAST_SCALE)) * (HEIGHT - BOTTOM - TOP));
  const top = round(HEIGHT - BOTTOM - height);
  const title = `${latentName(dimension)}: ${formatNats(kl)} nats`;
  const element = html`<rect class="bar" x="${round(middle - width / 2)}" y="${top}" width="${round(width)}" height="${height}"><title>${title}</title></rect>`;
  return { element, top };
}

function round(length: number): number {
  return Math.round(10 * length) / 10;
}
