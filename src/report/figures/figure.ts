/**
 * Figures that a report draws of a run for its page: rows of pictures that break where the page is narrow, tables, and
 * vector graphics in the page's own colours and letters.
 */
import type { Figure } from "../../plot/figure.ts";
import { figureSvg } from "../../plot/figure.ts";
import { html, type Markup, trusted } from "../html.ts";

export interface PageFigure {
  /** The kind of picture, as in file names. */
  readonly name: string;
  readonly body: Markup;
  /** Follows the caption: what of the colours and axes the figure does not say itself. */
  readonly note?: string | undefined;
  /** Stands beside its caption where there is room. */
  readonly narrow?: boolean | undefined;
}

/** What colours and shapes stand for, in the page's letters: `sign` is SVG of 14 × 14. */
export function pageKey(entries: readonly { readonly name: string; readonly sign: string }[]): Markup {
  if (entries.length === 0) return html``;
  return html`<div class="key drawn">${entries.map(({ name, sign }) => html`<span><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">${trusted(sign)}</svg>${name}</span>`)}</div>`;
}

/** A figure without ground, font and title: the page has these. @param data of its tooltips, as attributes */
export async function pageSvg(figure: Figure, alternative: string, data: Markup = html``): Promise<Markup> {
  const svg = await figureSvg(figure, { font: false, paper: false, lossless: false });
  return html`<div class="drawn">${trusted(svg.replace("<svg ", `<svg ${html`role="img" aria-label="${alternative}"${data} `.text}`))}</div>`;
}
