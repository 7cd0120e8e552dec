import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { historyCharts } from "./history-charts.ts";
import { exampleHistory } from "./testing/report-data.ts";

const VARIATIONAL = { deterministic: false };

function textsOf(chart: string): string[] {
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
    expect(kl).not.toMatch(/NaN|Infinity/);
    const gaps = training.map((entry) => ({ ...entry, elbo: Number.NaN, kl: Number.POSITIVE_INFINITY }));
    for (const chart of await historyCharts(gaps, VARIATIONAL)) expect(chart).not.toMatch(/NaN|Infinity/);
    expect(await historyCharts(training.slice(0, 1), VARIATIONAL)).toEqual([]);
    expect(await historyCharts([], VARIATIONAL)).toEqual([]);
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
