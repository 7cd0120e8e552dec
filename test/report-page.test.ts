import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTinyData } from "../src/cli/testing/tiny-data.ts";
import { writeReport } from "../src/report/write-report.ts";
import { trainRun } from "../src/tasks/train.ts";
import { chromiumPath, startChromium } from "./testing/chromium.ts";

/** What figures carry for their tooltips: points with texts, or the frame of curves. */
type Tips = readonly (readonly [number, number, string])[] & {
  readonly left: number;
  readonly top: number;
  readonly width: number;
};

describe.skipIf(!chromiumPath())("the report in a browser", () => {
  let folder: string;
  let browser: Browser;
  let address: string;
  const errors: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "vaekit-page-"));
    writeTinyData(join(folder, "tiny"));
    const { vae } = await trainRun({
      data: join(folder, "tiny"),
      architecture: [64, 16, 3],
      hyperparameters: { batchSize: 25, learningRate: 1e-2 },
      training: { maxIterations: 40, logEvery: 2, validateEvery: 10 },
      directory: join(folder, "run"),
    });
    await vae.dispose();
    address = pathToFileURL(await writeReport(join(folder, "run"))).href;
    browser = await startChromium();
  }, 30_000);

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  async function open(width: number, colorScheme: "light" | "dark"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(address);
    return page;
  }

  it("fits a telephone, with letters that can be read", async () => {
    const page = await open(390, "light");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const sizes = await page.evaluate(() =>
      [...document.querySelectorAll("body *")]
        .filter((each) =>
          [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
        )
        .filter((each) => each.checkVisibility() && !each.closest("script"))
        .map((each) => {
          const svg = each.closest("svg");
          const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
          return { text: each.textContent, size: scale * Number.parseFloat(getComputedStyle(each).fontSize) };
        }),
    );
    expect(sizes.length).toBeGreaterThan(60);
    expect(sizes.filter(({ size }) => size < 9.5)).toEqual([]);
  });

  it("is dark where that is wanted: no figure has white paper, and letters stand out", async () => {
    const page = await open(1440, "dark");
    const lightness = await page.evaluate(() => {
      const of = (colour: string) => {
        const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(
          Number,
        );
        return alpha * (0.2126 * red + 0.7152 * green + 0.0722 * blue);
      };
      const all = [...document.querySelectorAll("body, body *")];
      const papers = all.map((each) => of(getComputedStyle(each).backgroundColor));
      const shapes = [...document.querySelectorAll(".drawn rect")].map((each) =>
        of(getComputedStyle(each).fill),
      );
      const letters = [...document.querySelectorAll(".drawn text")].map((each) =>
        of(getComputedStyle(each).fill),
      );
      const isTip = (each: Element) => each.matches(".tip, .play");
      return { papers: papers.filter((_, at) => !isTip(all[at]!)), shapes, letters };
    });
    expect(Math.max(...lightness.papers, ...lightness.shapes)).toBeLessThan(60);
    expect(lightness.letters.length).toBeGreaterThan(20);
    expect(Math.min(...lightness.letters)).toBeGreaterThan(130);
  });

  it("tells of points and curves what they are", async () => {
    const page = await open(1440, "light");
    const hover = async (selector: string, at: (data: Tips) => readonly [number, number]) => {
      const svg = page.locator(selector).first();
      await svg.scrollIntoViewIfNeeded();
      const { data, box, view } = await svg.evaluate((element) => {
        const { left, top, width } = element.getBoundingClientRect();
        const data: Tips = JSON.parse(Object.values((element as SVGElement).dataset)[0]!);
        return { data, box: { left, top, width }, view: (element as SVGSVGElement).viewBox.baseVal.width };
      });
      const [x, y] = at(data);
      await page.mouse.move(box.left + (x * box.width) / view, box.top + (y * box.width) / view);
      return { data, text: await page.locator(".tip").textContent() };
    };
    const points = await hover("svg[data-points]", (data) => [data[0]![0], data[0]![1]]);
    expect(points.data.map(([, , text]) => text)).toContain(points.text);
    expect(points.text).toMatch(/^example \d+ \(\d\) at −?[\d.]+, −?[\d.]+$/);
    const curves = await hover("svg[data-curves]", ({ left, top, width }) => [left + width - 1, top + 20]);
    expect(curves.text).toMatch(/^iteration 40\ntraining −[\d.]+\nvalidation −[\d.]+$/);
    expect(errors).toEqual([]);
  });
});
