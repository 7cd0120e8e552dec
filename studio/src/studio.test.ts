import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekit } from "../../src/cli/testing/command-line.ts";
import { trainTinyRun } from "../../src/cli/testing/tiny-run.ts";
import { dataset } from "../../src/data/dataset.ts";
import { unpack } from "../../src/explorer/pack.ts";
import { type Studio, startStudio } from "../../src/server/serve.ts";
import { VAE } from "../../src/vae/vae.ts";

const CHROMIUM = process.env.VAEKIT_CHROMIUM ?? "/usr/bin/chromium";
const APP = fileURLToPath(new URL("../../dist/studio/app", import.meta.url));
const isReady = existsSync(CHROMIUM) && existsSync(join(APP, "index.html"));
if (!isReady) console.warn("SKIPPED: the studio's tests need Chromium and npm run build:studio");

describe.skipIf(!isReady)("in Chromium", () => {
  let folder = "";
  let browser: Browser;
  let studio: Studio;
  const problems: string[] = [];

  const open = async (address: string, size = { width: 1440, height: 900 }): Promise<Page> => {
    const page = await browser.newPage({ viewport: size });
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await page.goto(address);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
    return page;
  };
  /** A checksum of the pixels of a canvas. */
  const pixels = (page: Page, id: string) =>
    page.locator(`#${id}`).evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, at) => (sum * 31 + value * (at % 97)) % 1_000_003, 7);
    });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "vaekit-page-"));
    await trainTinyRun(folder);
    await vaekit(folder, "export", "run", "--html", "--out", "page.html");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    studio = await startStudio({ run: join(folder, "run"), port: 0 });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await studio.close();
    rmSync(folder, { recursive: true });
  });

  it("the exported page decodes what is dragged, drawn and linked to", async () => {
    const page = await open(`file://${join(folder, "page.html")}`);
    const plane = (await page.locator("#plane").boundingBox())!;
    const before = await pixels(page, "decoding");
    await page.mouse.move(plane.x + plane.width * 0.5, plane.y + plane.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(plane.x + plane.width * 0.1, plane.y + plane.height * 0.2, { steps: 4 });
    await page.mouse.up();
    const dragged = await pixels(page, "decoding");
    expect(dragged).not.toBe(before);

    await page.waitForTimeout(400);
    const again = await open(page.url());
    expect(await pixels(again, "decoding")).toBe(dragged);

    const pad = (await page.locator("#drawing").boundingBox())!;
    await page.locator("#drawing").scrollIntoViewIfNeeded();
    const place = (await page.locator("#drawing").boundingBox())!;
    expect(pad.width).toBeGreaterThan(50);
    await page.mouse.move(place.x + 20, place.y + 20);
    await page.mouse.down();
    await page.mouse.move(place.x + 60, place.y + 60, { steps: 4 });
    await page.mouse.up();
    expect(await pixels(page, "decoding")).not.toBe(dragged);
    await page.locator("#plane").focus();
    const drawn = await pixels(page, "decoding");
    for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowRight");
    expect(await pixels(page, "decoding")).not.toBe(drawn);
  }, 90_000);

  it("a phone shows everything within its width", async () => {
    const page = await open(`file://${join(folder, "page.html")}`, { width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }, 60_000);

  it("the studio opens the run, and takes its token out of the address", async () => {
    const page = await open(studio.address);
    await page.waitForSelector("#plane", { timeout: 60_000 });
    expect(page.url()).not.toContain("token");
    await page.getByRole("link", { name: "Runs" }).click();
    await page.getByRole("button", { name: "run", exact: true }).waitFor();
  }, 90_000);

  it("training in the page gives Node's numbers", async () => {
    const step = 12;
    const experiment = `data=mnist&hidden=32&latent=2&batch=64&seed=3&step=${step}`;
    const page = await open(`http://127.0.0.1:${studio.port}/#view=train&${experiment}`);
    await page.waitForSelector("#resume", { timeout: 100_000 });
    expect(await page.textContent("#iteration")).toContain(`iteration ${step}`);
    const elbo = Number(await page.locator("#iteration").getAttribute("data-elbo"));

    const { sections } = unpack(readFileSync(join(APP, "mnist.bin")));
    const data = dataset(sections.images as Uint8Array, { shape: [28, 28, 1], divisor: 255 });
    const vae = new VAE([784, 32, 2], { batchSize: 64, likelihood: "bernoulli" });
    const result = await vae.train(data, { maxIterations: step, seed: 3 });
    await vae.dispose();
    expect(Math.abs(elbo / result.elbo! - 1)).toBeLessThan(1e-5);

    const now = await pixels(page, "manifold");
    await page.locator("#moment").fill("0");
    expect(await page.textContent("#iteration")).toContain("iteration 1");
    await page.waitForTimeout(300);
    expect(await pixels(page, "manifold")).not.toBe(now);
    const saved = page.waitForEvent("download");
    await page.click("#film");
    expect((await saved).suggestedFilename()).toBe("training.webm");
    await page.click("#step");
    await page.waitForFunction(
      (next) => document.querySelector("#iteration")?.textContent?.includes(next),
      `${step + 1}`,
    );
  }, 150_000);

  it("the story trains while it is read, within a phone's width", async () => {
    const page = await open(`http://127.0.0.1:${studio.port}/#view=story`, { width: 390, height: 844 });
    await page.click("#story-train");
    await page.waitForSelector(".draws", { timeout: 100_000 });
    expect(await page.locator("#plane").count()).toBe(5);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.click("#story-train");
    await page.close();
  }, 120_000);

  it("pages have no errors and break no policy", () => {
    expect(problems).toEqual([]);
  });
});
