import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { type Browser, chromium, type Download, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaekit } from "../../src/cli/testing/command-line.ts";
import { trainTinyRun } from "../../src/cli/testing/tiny-run.ts";
import { dataset, spread } from "../../src/data/dataset.ts";
import { unpack } from "../../src/explorer/pack.ts";
import { VAE } from "../../src/node.ts";
import { pageFiles, readPage } from "../../src/server/pages.ts";
import { type Studio, startStudio } from "../../src/server/serve.ts";
import { serve } from "../../test/testing/chromium.ts";

const CHROMIUM = process.env.VAEKIT_CHROMIUM ?? "/usr/bin/chromium";
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APP = join(ROOT, "dist/studio/app");
const isReady = existsSync(CHROMIUM) && existsSync(join(APP, "index.html"));
if (!isReady) console.warn("SKIPPED: the studio's tests need Chromium and npm run build:studio");

const LONG = 150_000;

describe.skipIf(!isReady)("in Chromium", () => {
  let folder = "";
  let browser: Browser;
  let studio: Studio;
  const problems: string[] = [];

  const open = async (
    address: string,
    {
      size = { width: 1440, height: 900 },
      prepare,
    }: { size?: object; prepare?: (page: Page) => unknown } = {},
  ): Promise<Page> => {
    const page = await browser.newPage({ viewport: size as { width: number; height: number } });
    page.setDefaultTimeout(100_000);
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    await prepare?.(page);
    await page.goto(address);
    await page.waitForFunction(() => document.documentElement.dataset.ready === "yes");
    return page;
  };
  const train = (rest: string, options = {}) =>
    open(`http://127.0.0.1:${studio.port}/#view=train&${rest}`, options);
  /** A checksum of the pixels of a canvas. */
  const pixels = (page: Page, id: string) =>
    page.locator(`#${id}`).evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
      return data.reduce((sum, value, at) => (sum * 31 + value * (at % 97)) % 1_000_003, 7);
    });
  const elboOf = async (page: Page) => Number(await page.locator("#iteration").getAttribute("data-elbo"));
  const paused = (page: Page) => page.waitForSelector("#resume");

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

  it(
    "the exported page decodes what is dragged, drawn and linked to",
    async () => {
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
      await again.close();

      await page.locator("#drawing").scrollIntoViewIfNeeded();
      const place = (await page.locator("#drawing").boundingBox())!;
      await page.mouse.move(place.x + 20, place.y + 20);
      await page.mouse.down();
      await page.mouse.move(place.x + 60, place.y + 60, { steps: 4 });
      await page.mouse.up();
      await page.locator("#plane").scrollIntoViewIfNeeded();
      await expect.poll(() => pixels(page, "decoding")).not.toBe(dragged);
      await page.locator("#plane").focus();
      const drawn = await pixels(page, "decoding");
      for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowRight");
      expect(await pixels(page, "decoding")).not.toBe(drawn);
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await page.close();
    },
    LONG,
  );

  it(
    "the studio opens the run, takes its token out of the address, and can be walked by keys",
    async () => {
      const page = await open(studio.address);
      await page.waitForSelector("#plane");
      expect(page.url()).not.toContain("token");
      const reached = new Set<string>();
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      for (let press = 0; press < 60; press++) {
        await page.keyboard.press("Tab");
        const name = await page.evaluate(() => {
          const element = document.activeElement!;
          const label = element.getAttribute("aria-label") ?? element.closest("label")?.textContent;
          return element.id || label || element.textContent || "";
        });
        reached.add(name.trim());
      }
      for (const wanted of ["Train", "plane", "manifold", "save the decoder", "A is here", "Draw again"])
        expect(
          [...reached].some((name) => name.includes(wanted)),
          wanted,
        ).toBe(true);
      expect([...reached]).not.toContain("");
      await page.getByRole("link", { name: "Runs" }).click();
      await page.getByRole("button", { name: "run", exact: true }).waitFor();
      await page.close();
    },
    LONG,
  );

  it(
    "training in two workers gives Node's numbers, and what it saves is a run",
    async () => {
      const step = 100;
      const experiment = `data=mnist&hidden=64&latent=2&batch=128&seed=3`;
      const page = await train(`${experiment}&step=${step}`);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await paused(page);
      expect(await page.textContent("#iteration")).toContain(`iteration ${step}`);
      const elbo = await elboOf(page);

      const { sections } = unpack(readFileSync(join(APP, "mnist.bin")));
      const data = dataset(sections.images as Uint8Array, { shape: [28, 28, 1], divisor: 255 });
      const vae = new VAE([784, 64, 2], { batchSize: 128, likelihood: "bernoulli" });
      const result = await vae.train(data, { maxIterations: step, seed: 3 });
      await vae.dispose();
      expect(Math.abs(elbo / result.elbo! - 1)).toBeLessThan(1e-5);

      const now = await pixels(page, "manifold");
      await page.locator("#moment").fill("0");
      expect(await page.textContent("#iteration")).toContain("iteration 1");
      await expect.poll(() => pixels(page, "manifold")).not.toBe(now);

      const gif = readFileSync(await (await saved(page, "#film-gif")).path());
      expect(gif.subarray(0, 6).toString()).toBe("GIF89a");
      // Graphic control extensions, one a frame: round(2^(k/2)) up to 100.
      expect(gif.toString("latin1").split("\x21\xf9\x04").length - 1).toBe(13);
      await page.waitForSelector("#film-webm:not([disabled])");
      const picture = readFileSync(await (await saved(page, "text=PNG")).path());
      expect(picture.subarray(1, 4).toString()).toBe("PNG");

      await page.click("#evaluate");
      const told = await page.waitForFunction(() => document.querySelector("#evaluation")!.textContent!);
      const bytes = readFileSync(await (await saved(page, "#save")).path());
      const zip = unzipSync(bytes);
      mkdirSync(join(folder, "saved"));
      for (const [name, content] of Object.entries(zip)) writeFileSync(join(folder, "saved", name), content);
      const loaded = await VAE.load(join(folder, "saved"));
      const { elbo: evaluated } = await loaded.elbo(spread(data, 5000), { seed: 0 });
      await loaded.dispose();
      expect(await told.jsonValue()).toContain(`ELBO ${evaluated.toFixed(2)}`);

      const file = { name: "model.zip", mimeType: "application/zip" };
      await page.setInputFiles("input[type=file]", { ...file, buffer: Buffer.from(bytes) });
      await page.waitForFunction(
        (wanted) =>
          document.querySelector("#resume") &&
          document.querySelectorAll(".keys b")[0]?.textContent === "" &&
          document.querySelector("#iteration")?.textContent?.includes(wanted),
        `iteration ${step}`,
      );
      await page.close();
    },
    LONG,
  );

  it(
    "a link repeats a training whose β was changed, in a tab beside another one",
    async () => {
      const first = await train("data=sprites&hidden=24&latent=2&batch=32&seed=1&step=20");
      await paused(first);
      await first.locator("input[name=beta]").fill("4");
      await first.locator("input[name=beta]").press("Enter");
      await first.waitForFunction(() => location.hash.includes("changes=20%7E4%7E0.001"));
      for (let step = 21; step <= 23; step++) {
        await first.click("#step");
        await first.waitForFunction((wanted) => location.hash.includes(`step=${wanted}`), step);
      }
      const elbo = await elboOf(first);
      const second = await open(first.url());
      const third = await train("data=sprites&hidden=24&latent=2&batch=32&seed=2&step=23");
      await Promise.all([paused(second), paused(third)]);
      expect(await elboOf(second)).toBe(elbo);
      expect(await elboOf(third)).not.toBe(elbo);
      for (const page of [first, second, third]) await page.close();
    },
    LONG,
  );

  it(
    "trains on files that are dropped, and says what is wrong with one",
    async () => {
      const page = await train("hidden=8&latent=2&batch=16");
      await page.locator("input[name=batchSize]").fill("16");
      const rows = Array.from({ length: 40 }, (_, i) => `${i},${(i * 7) % 11},${Math.sin(i)}`);
      const png = Buffer.from(
        await page.evaluate(() => {
          const canvas = document.createElement("canvas");
          [canvas.width, canvas.height] = [20, 20];
          canvas.getContext("2d")!.fillRect(5, 5, 9, 9);
          return canvas.toDataURL().split(",")[1]!;
        }),
        "base64",
      );
      const files: readonly (readonly [string, readonly { name: string; buffer: Buffer }[]])[] = [
        ["40", [{ name: "rows.csv", buffer: Buffer.from(["a,b,c", ...rows].join("\n")) }]],
        ["20", Array.from({ length: 20 }, (_, i) => ({ name: `${i}.png`, buffer: png }))],
        ["32", [{ name: "rows.npy", buffer: npy(32, 6) }]],
        ["30", [{ name: "images-idx3-ubyte", buffer: idx(30, 6) }]],
      ];
      for (const [examples, buffers] of files) {
        const given = buffers.map(({ name, buffer }) => ({ name, buffer, mimeType: "" }));
        await page.setInputFiles("input[type=file]", given);
        await page.waitForFunction(
          (wanted) => document.querySelector("#status")?.getAttribute("data-examples") === wanted,
          examples,
        );
      }
      await drop(page, "broken.npy", "\x93NUMPY not really");
      await page.waitForSelector(".wrong");
      expect(await page.textContent(".wrong")).toMatch(/broken\.npy|header|NPY/i);
      await page.close();
    },
    LONG,
  );

  it(
    "follows a training in a terminal, which does not notice when the server is closed",
    async () => {
      const csv = Array.from({ length: 300 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 2)},${(i % 9) / 9}`);
      writeFileSync(join(folder, "rows.csv"), `a,b,c\n${csv.join("\n")}\n`);
      const flags = ["--hidden", "8", "--latent", "2", "--batch-size", "16", "--likelihood", "gaussian"];
      const more = [
        "--max-iterations",
        "6000",
        "--log-every",
        "50",
        "--checkpoint-every",
        "300",
        "--out",
        "live",
        "--json",
      ];
      const child = spawn("node", [join(ROOT, "dist/cli/main.js"), "train", "rows.csv", ...flags, ...more], {
        cwd: folder,
        stdio: "ignore",
      });
      const ended = exitOf(child);
      await expect.poll(() => existsSync(join(folder, "live/history.jsonl")), { timeout: 60_000 }).toBe(true);
      const other = await startStudio({ run: join(folder, "live"), port: 0 });
      const page = await open(other.address);
      const last = () => page.locator(".chart").first().getAttribute("data-until");
      await page.waitForSelector("#plane");
      const seen = await last();
      await expect.poll(last, { timeout: 60_000 }).not.toBe(seen);
      await page.close();
      await other.close();
      const history = () => readFileSync(join(folder, "live/history.jsonl"), "utf8").length;
      const length = history();
      await expect.poll(history, { timeout: 60_000 }).toBeGreaterThan(length);
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    },
    LONG,
  );

  it(
    "a static host needs no headers, and a page says what it is denied",
    async () => {
      const before = problems.length;
      const files = await Promise.all(
        [...(await pageFiles())].map(async ([address, file]) => {
          const { bytes, headers } = await readPage(file, undefined);
          return [address, { type: headers["Content-Type"]!, body: bytes }] as const;
        }),
      );
      const { server, url } = await serve(Object.fromEntries(files), false);
      const page = await open(`${url}/#view=train`);
      await page.waitForFunction(() => crossOriginIsolated);
      await page.close();
      server.close();
      const denied = await train("hidden=8&step=1", {
        prepare: async (page: Page) => {
          await page.addInitScript(() => {
            Object.defineProperty(globalThis, "sessionStorage", {
              get: () => {
                throw new DOMException("denied", "SecurityError");
              },
            });
          });
          await page.route(/train\.worker/, (route) => route.abort());
        },
      });
      await denied.waitForSelector("[role=alert]");
      expect(await denied.textContent("[role=alert]")).toContain("the worker could not be loaded");
      await denied.close();
      problems.splice(before);
    },
    LONG,
  );

  it(
    "the story trains while it is read, within a phone's width",
    async () => {
      const size = { width: 390, height: 844 };
      const page = await open(`http://127.0.0.1:${studio.port}/#view=story&hidden=32&example=3`, { size });
      await page.click("#story-train");
      await page.waitForSelector(".draws");
      expect(await page.locator(".plane").count()).toBe(5);
      expect(page.url()).toContain("example=3");
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      await page.click("#story-train");
      await page.close();
    },
    LONG,
  );

  it("pages have no errors and break no policy", () => {
    expect(problems).toEqual([]);
  });
});

async function saved(page: Page, button: string): Promise<Download> {
  const download = page.waitForEvent("download");
  await page.locator(button).first().click();
  return download;
}

/** A file let go over the page, as from a folder. */
async function drop(page: Page, name: string, text: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([file, content]) => {
      const found = new DataTransfer();
      found.items.add(new File([content!], file!));
      return found;
    },
    [name, text],
  );
  await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });
}

function npy(rows: number, columns: number): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`.padEnd(117);
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * i));
  const head = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]);
  return Buffer.concat([head, Buffer.from(`${header}\n`), Buffer.from(values.buffer)]);
}

function idx(count: number, side: number): Buffer {
  const head = Buffer.alloc(16);
  for (const [at, value] of [0x803, count, side, side].entries()) head.writeUInt32BE(value, 4 * at);
  return Buffer.concat([
    head,
    Buffer.from(Array.from({ length: count * side * side }, (_, i) => (i * 37) % 251)),
  ]);
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
