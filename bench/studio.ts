/**
 * The studio's speed: training steps in the page as a ratio to Node's, interleaved; frames of interaction, with and
 * without a training; panning and zooming 60,000 points; the first picture, and what it transfers.
 *
 * npm run bench:studio        needs Chromium, MNIST and a quiet machine
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { take } from "../src/data/dataset.ts";
import { explorerPage } from "../src/explorer/page.ts";
import { packRun } from "../src/explorer/run-pack.ts";
import { mnist, VAE } from "../src/node.ts";
import { startStudio } from "../src/server/serve.ts";
import { openRun } from "../src/tasks/open.ts";
import { trainRun } from "../src/tasks/train.ts";
import { serve, startChromium } from "../test/testing/chromium.ts";

const NETWORKS = [
  { sizes: [784, 500, 500, 50], settings: { batchSize: 128, keepProbability: 0.9, l2: 1e-5 }, most: 3.2 },
  { sizes: [784, 256, 256, 2], settings: { batchSize: 128 }, most: 2.5 },
];
const ROUNDS = 8;
const STEPS = 12;
const POINTS = 60_000;

const digits = await mnist();
const folder = await mkdtemp(join(tmpdir(), "vaekit-bench-"));
const browser = await startChromium();
try {
  await stepRatios(browser);
  const directory = join(folder, "run");
  const training = { maxIterations: 300 };
  const request = {
    data: "mnist",
    architecture: [784, 256, 256, 2],
    hyperparameters: {},
    training,
    directory,
  };
  await (await trainRun(request)).vae.dispose();
  await interaction(browser, directory);
  await manyPoints(browser, directory);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}

async function stepRatios(chromium: Browser): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: ["bench/studio-worker.ts"],
    ...{ bundle: true, write: false, format: "esm", platform: "browser", logLevel: "silent" },
  });
  const { resolve } = createRequire(import.meta.url);
  const engine = (ending: string) => readFile(resolve(`onnxruntime-web/ort-wasm-simd-threaded.${ending}`));
  const files = {
    "/": { type: "text/html", body: "<!doctype html>" },
    "/worker.js": { type: "text/javascript", body: outputFiles[0]!.contents },
    "/engine.mjs": { type: "text/javascript", body: await engine("mjs") },
    "/engine.wasm": { type: "application/wasm", body: await engine("wasm") },
  };
  for (const { sizes, settings, most } of NETWORKS) {
    const rows = take(
      digits.train,
      Int32Array.from({ length: 2000 }, (_, i) => i),
    );
    const values = Array.from({ length: 2000 }, (_, i) => i);
    const vae = new VAE(sizes, settings);
    const events = vae.trainingEvents(rows, { maxIterations: 1e6, logEvery: 1e6, checkpointEvery: 0 });
    const node = async (count: number) => {
      const begun = performance.now();
      for (let done = 0; done < count; ) if ((await events.next()).value?.type === "iteration") done++;
      return performance.now() - begun;
    };
    const times: Record<"node" | "isolated" | "alone", number[]> = { node: [], isolated: [], alone: [] };
    const pages: Record<string, { page: Page; close(): void }> = {};
    for (const name of ["isolated", "alone"] as const) {
      const { server, url } = await serve(files, name === "isolated");
      const page = await newPage(chromium);
      await page.goto(url);
      await page.evaluate(
        ([network, given, count]) => {
          const random = () => Float32Array.from({ length: 784 }, () => Math.random());
          const worker = new Worker("/worker.js", { type: "module" });
          const ask = (message: object) =>
            new Promise((done, fail) => {
              worker.onmessage = ({ data }) => done(data);
              worker.onerror = ({ message: text }) => fail(new Error(text));
              worker.postMessage(message);
            });
          Object.assign(globalThis, { ask });
          return ask({
            sizes: network,
            settings: given,
            rows: Array.from({ length: count as number }, random),
            count: 8,
          });
        },
        [sizes, settings, values.length] as const,
      );
      pages[name] = { page, close: () => server.close() };
    }
    await node(8);
    for (let round = 0; round < ROUNDS; round++) {
      times.node.push((await node(STEPS)) / STEPS);
      for (const name of ["isolated", "alone"] as const) {
        const took = await pages[name]!.page.evaluate(
          (count) => (globalThis as never as { ask(of: object): Promise<number> }).ask({ count }),
          STEPS,
        );
        times[name].push(took / STEPS);
      }
    }
    await events.return();
    await vae.dispose();
    for (const { page, close } of Object.values(pages)) {
      await page.close();
      close();
    }
    const least = (name: keyof typeof times) => Math.min(...times[name]);
    const ratio = (name: "isolated" | "alone") =>
      quantile(
        times[name].map((time, round) => time / times.node[round]!),
        0.5,
      );
    console.log(
      `${sizes.join("-")}: Node ${least("node").toFixed(1)} ms a step; in the page, two workers ${least("isolated").toFixed(1)} ms, ${ratio("isolated").toFixed(2)} times (at most ${most}); one worker ${least("alone").toFixed(1)} ms, ${ratio("alone").toFixed(2)} times`,
    );
  }
}

async function interaction(chromium: Browser, directory: string): Promise<void> {
  const studio = await startStudio({ run: directory, port: 0 });
  const page = await newPage(chromium);
  const begun = performance.now();
  await page.goto(studio.address);
  await page.waitForSelector("#manifold[data-done=true]");
  const first = performance.now() - begun;
  const bytes = await page.evaluate(() =>
    performance
      .getEntries()
      .reduce((sum, entry) => sum + ((entry as PerformanceResourceTiming).transferSize ?? 0), 0),
  );
  console.log(`first picture of a run after ${first.toFixed(0)} ms (at most 3000)`);
  console.log(`first load of it ${(bytes / 1e6).toFixed(2)} MB, examples and weights included`);
  console.log(`frames while dragging: ${await frames(page, drag)} (95th percentile at most 20)`);
  await page.goto(`http://127.0.0.1:${studio.port}/#view=train&seed=1`);
  await page.reload();
  const opened = performance.now();
  await page.click("#start");
  await page.waitForSelector("#plane");
  console.log(
    `first picture of a training after ${(performance.now() - opened).toFixed(0)} ms (at most 3000)`,
  );
  await page.waitForTimeout(3000);
  const before = await iterationOf(page);
  const since = performance.now();
  console.log(`frames while dragging and training: ${await frames(page, drag)} (at most 33)`);
  const rate = ((await iterationOf(page)) - before) / ((performance.now() - since) / 1000);
  console.log(`meanwhile ${rate.toFixed(0)} iterations a second of 784-256-256-2`);
  await page.close();
  await studio.close();
}

async function manyPoints(chromium: Browser, directory: string): Promise<void> {
  const run = await openRun(directory);
  const rows = take(
    digits.train,
    Int32Array.from({ length: POINTS }, (_, index) => index % digits.train.examples),
  );
  const path = join(folder, "points.html");
  await writeFile(path, await explorerPage(await packRun(run, rows, { points: POINTS }), "points"));
  await run.vae.dispose();
  const page = await newPage(chromium);
  await page.goto(`file://${path}`);
  await page.waitForSelector("#manifold[data-done=true]");
  console.log(
    `frames while panning and zooming ${POINTS} points: ${await frames(page, panAndZoom)} (at most 25)`,
  );
  await page.close();
}

async function newPage(chromium: Browser): Promise<Page> {
  const page = await chromium.newPage({ viewport: { width: 1440, height: 900 } });
  // tsx names functions by this helper, which functions that are sent to the page do not have there.
  await page.addInitScript("globalThis.__name = (named) => named");
  return page;
}

/** What a visitor does on the plane, in about three seconds. */
async function drag(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator("#plane").boundingBox())!;
  await page.mouse.move(x + width / 2, y + width / 2);
  await page.mouse.down();
  for (let step = 0; step < 180; step++) {
    const angle = step / 12;
    await page.mouse.move(
      x + width * (0.5 + 0.3 * Math.cos(angle)),
      y + width * (0.5 + 0.3 * Math.sin(angle)),
    );
  }
  await page.mouse.up();
}

async function panAndZoom(page: Page): Promise<void> {
  const { x, y, width } = (await page.locator("#plane").boundingBox())!;
  await page.mouse.move(x + width / 2, y + width / 2);
  for (let step = 0; step < 60; step++) await page.mouse.wheel(0, step % 20 < 10 ? -60 : 60);
  await page.keyboard.down("Shift");
  await page.mouse.down();
  for (let step = 0; step < 120; step++)
    await page.mouse.move(x + width * (0.5 + 0.2 * Math.sin(step / 9)), y + width / 2);
  await page.mouse.up();
  await page.keyboard.up("Shift");
}

/** Milliseconds between frames: median, 95th percentile, greatest. */
async function frames(page: Page, act: (page: Page) => Promise<void>): Promise<string> {
  await page.evaluate(() => {
    const found: number[] = [];
    let last = performance.now();
    const look = (now: number) => {
      found.push(now - last);
      last = now;
      requestAnimationFrame(look);
    };
    Object.assign(globalThis, { frameTimes: found });
    requestAnimationFrame(look);
  });
  await act(page);
  const times = await page.evaluate(() =>
    (globalThis as never as { frameTimes: number[] }).frameTimes.slice(1),
  );
  const [median, high, most] = [0.5, 0.95, 1].map((share) => quantile(times, share).toFixed(1));
  return `${median}, ${high}, ${most} ms of ${times.length}`;
}

async function iterationOf(page: Page): Promise<number> {
  return Number((await page.textContent("#iteration"))!.replace(/\D/g, ""));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
