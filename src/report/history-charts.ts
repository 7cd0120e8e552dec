import { quantile } from "../numerics/statistics.ts";
import { type Curve, curvesFigure } from "../plot/curves.ts";
import type { HistoryEntry } from "../run/history.ts";
import { pageSvg } from "./figures/figure.ts";
import { formatNats } from "./format.ts";
import { html, type Markup } from "./html.ts";

const TITLES = { elbo: "ELBO", reconstruction: "Reconstruction", kl: "KL" } as const;

type Term = keyof typeof TITLES;

/** Values of the first part of the training, a twentieth, dwarf all that follow: the frame is for the rest. */
const SETTLED = 20;
const MARGIN = 0.1;
const SPIKES = 0.05;

/**
 * The course of the ELBO and its two terms, in training and in validation.
 * @param deterministic without a KL, the ELBO is the reconstruction
 * @returns a figure each; none where the history has fewer than two entries of a kind
 */
export async function historyCharts(
  history: readonly HistoryEntry[],
  { deterministic }: { readonly deterministic: boolean },
): Promise<Markup[]> {
  const terms: Term[] = deterministic ? ["reconstruction"] : ["elbo", "reconstruction", "kl"];
  const charts = terms.map(async (term) => {
    const curves = [
      curveOf("training", history, "log", term),
      curveOf("validation", history, "validation", term),
    ].filter(({ x }) => x.length > 1);
    if (curves.length === 0) return [];
    const figure = await curvesFigure(curves, {
      title: TITLES[term],
      yLabel: "nats per example",
      yRange: settledRange(curves),
      width: 300,
      height: 230,
    });
    const tips = {
      ...figure.frame,
      curves: curves.map(({ name, x, y }) => ({ name, x: Array.from(x), y: Array.from(y, rounded) })),
    };
    const last = curves.map(({ name, y }) => `${name} ends at ${formatNats(y[y.length - 1]!)}`);
    const alternative = `${TITLES[term]} over the iterations, in nats per example: ${last.join(", ")}`;
    return [await pageSvg(figure, alternative, html` data-curves="${JSON.stringify(tips)}"`)];
  });
  return (await Promise.all(charts)).flat();
}

function rounded(value: number): number {
  return Math.round(100 * value) / 100;
}

function curveOf(
  name: string,
  history: readonly HistoryEntry[],
  type: HistoryEntry["type"],
  term: Term,
): Curve {
  const entries = history.filter((entry) => entry.type === type);
  return { name, x: entries.map(({ iteration }) => iteration), y: entries.map((entry) => entry[term]) };
}

/** Holds nine of ten values after the beginning, and the last ones: single spikes leave the frame. */
function settledRange(curves: readonly Curve[]): [low: number, high: number] {
  const last = Math.max(...curves.map(({ x }) => x[x.length - 1]!));
  const values = curves.flatMap(({ x, y }) =>
    Array.from(y).filter((value, index) => x[index]! >= last / SETTLED && Number.isFinite(value)),
  );
  const ends = curves.map(({ y }) => y[y.length - 1]!).filter(Number.isFinite);
  if (values.length === 0) return [-1, 1];
  const low = Math.min(quantile(values, SPIKES), ...ends);
  const high = Math.max(quantile(values, 1 - SPIKES), ...ends);
  const margin = MARGIN * (high - low) || 1;
  return [low - margin, high + margin];
}
