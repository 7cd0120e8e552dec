import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { historyCharts } from "./history-charts.ts";
import type { Markup } from "./html.ts";
import { exampleHistory } from "./testing/report-data.ts";

const VARIATIONAL = { deterministic: false };

function textsOf({ text: chart }: Markup): string[] {
  const { document } = parseHTML(`<html><body>${chart}</body></html>`);
  return [...document.querySelectorAll("text")].map((text) => text.textContent ?? "");
}

describe("historyCharts", () => {
  it("draws the ELBO and its terms, in training and validation", async () => {
    const charts = await historyCharts(exampleHistory(), VARIATIONAL);
    for (const [index, title] of ["ELBO", "Reconstruction", "KL"].entries())
      expect(textsOf(charts[index]!)).toEqual(expect.arrayContaining([title, "training", "validation"]));
    expect(charts).toHaveLength(3);
  });

  it("draws the reconstruction alone for a plain autoencoder", async () => {
    const charts = await historyCharts(exampleHistory(), { deterministic: true });
    expect(charts).toHaveLength(1);
    expect(textsOf(charts[0]!)).toContain("Reconstruction");
  });

  it("draws what there is: no validation, a constant, gaps, nothing", async () => {
    const training = exampleHistory().filter(({ type }) => type === "log");
    const [elbo, , kl] = await historyCharts(training, VARIATIONAL);
    expect(textsOf(elbo!)).not.toContain("validation");
    expect(kl!.text).not.toMatch(/NaN|Infinity/);
    const gaps = training.map((entry) => ({ ...entry, elbo: Number.NaN, kl: Number.POSITIVE_INFINITY }));
    for (const chart of await historyCharts(gaps, VARIATIONAL))
      expect(chart.text).not.toMatch(/NaN|Infinity/);
    expect(await historyCharts(training.slice(0, 1), VARIATIONAL)).toEqual([]);
    expect(await historyCharts([], VARIATIONAL)).toEqual([]);
  });

  it("carries what tooltips say, at the places where it is drawn", async () => {
    const [elbo] = await historyCharts(exampleHistory(), VARIATIONAL);
    const svg = parseHTML(`<html><body>${elbo!.text}</body></html>`).document.querySelector("svg")!;
    const { left, width, x, curves } = JSON.parse(svg.getAttribute("data-curves")!);
    expect(svg.getAttribute("aria-label")).toContain("training ends at −171.00");
    expect(curves.map(({ name }: { name: string }) => name)).toEqual(["training", "validation"]);
    expect(curves[0].y).toEqual(
      exampleHistory()
        .filter(({ type }) => type === "log")
        .map((entry) => entry.elbo),
    );
    const path = [...svg.querySelectorAll("path")]
      .map((each) => each.getAttribute("d")!)
      .find((d) => d.split("L").length > 20)!;
    const drawn = [...path.matchAll(/[ML]([\d.]+),/g)].map(([, place]) => Number(place));
    const told = curves[0].x.map((iteration: number) => left + (width * (iteration - x[0])) / (x[1] - x[0]));
    expect(drawn).toHaveLength(told.length);
    for (const [at, place] of drawn.entries()) expect(place).toBeCloseTo(told[at], 1);
  });

  it("frames what comes after the first twentieth, so that the beginning does not dwarf it", async () => {
    const history = exampleHistory().map((entry) =>
      entry.iteration === 100 ? { ...entry, elbo: -1e6 } : entry,
    );
    const [elbo] = await historyCharts(history, VARIATIONAL);
    const ticks = textsOf(elbo!)
      .map((text) => Number(text.replace("\u2212", "-").replace(",", "")))
      .filter((value) => value < 0);
    expect(Math.min(...ticks)).toBeGreaterThan(-250);
    expect(ticks.length).toBeGreaterThan(1);
  });
});
