import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { unzipSync } from "fflate";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VAE } from "../src/node.ts";
import { chromiumPath, serve, startChromium } from "./testing/chromium.ts";
import type { WebOutcome } from "./testing/web-page.ts";
import { bars, GPU_STEPS, trainBars, trainSmall } from "./testing/web-training.ts";

const hasChromium = chromiumPath() !== undefined;
if (!hasChromium)
  console.warn(
    "SKIPPED: vaekit/web is not tested in a browser, because there is no Chromium (apt-get install chromium)",
  );

describe.runIf(hasChromium)("vaekit/web in Chromium", () => {
  let browser: Browser;
  let elbos: readonly number[];
  const servers: Awaited<ReturnType<typeof serve>>[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: ["test/testing/web-page.ts"],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      logLevel: "silent",
    });
    const { resolve } = createRequire(import.meta.url);
    const engine = (ending: string) => readFile(resolve(`onnxruntime-web/ort-wasm-simd-threaded.${ending}`));
    const api = join(dirname(resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")), "ort.jspi.min.mjs");
    const files = {
      "/": { type: "text/html", body: '<!doctype html><script type="module" src="/page.js"></script>' },
      "/page.js": { type: "text/javascript", body: outputFiles[0]!.contents },
      "/gpu-api.mjs": { type: "text/javascript", body: await readFile(api) },
      "/gpu.mjs": { type: "text/javascript", body: await engine("jspi.mjs") },
      "/gpu.wasm": { type: "application/wasm", body: await engine("jspi.wasm") },
      "/engine.mjs": { type: "text/javascript", body: await engine("mjs") },
      "/engine.wasm": { type: "application/wasm", body: await engine("wasm") },
    };
    servers.push(await serve(files, true), await serve(files, false));
    browser = await startChromium();
    const trained = await trainBars();
    elbos = trained.elbos;
    await trained.vae.dispose();
  });
  afterAll(async () => {
    await browser?.close();
    for (const { server } of servers) server.close();
  });

  it.each([
    ["on an isolated page", 0, "trainSaveAndLoad", 0],
    ["in two workers of an isolated page", 0, "trainInWorker", 1],
    ["in the one worker of a page that is not isolated", 1, "trainInWorker", 0],
  ] as const)("trains with Node's numbers, saves and loads %s", async (_where, server, action, others) => {
    const page = await browser.newPage();
    try {
      await page.goto(servers[server]!.url);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(server === 0);
      const outcome = await run(page, action);
      expect(outcome.workers).toBe(others);
      expect(outcome.elbos).toHaveLength(100);
      for (const step of [0, 9, 99]) {
        const node = elbos[step]!;
        expect(Math.abs(outcome.elbos[step]! - node) / Math.abs(node)).toBeLessThan(1e-5);
      }
      expect(outcome.after).toBe(outcome.before);
      await expectSameModel(outcome);
    } finally {
      await page.close();
    }
  });

  it("gives the same numbers where steps are on WebGPU", async () => {
    const wanted = await trainSmall(GPU_STEPS);
    const page = await browser.newPage();
    await page.goto(servers[0]!.url);
    const { elbos, device } = await run<{ elbos: number[]; device: string }>(page, "trainOnGpu");
    await page.close();
    expect(device).toBe("webgpu");
    expect(elbos).toHaveLength(GPU_STEPS);
    for (const [step, elbo] of elbos.entries())
      expect(Math.abs(elbo / wanted.elbos[step]! - 1)).toBeLessThan(1e-4);
    await wanted.vae.dispose();
  }, 120_000);
});

async function run<T = WebOutcome>(page: Page, action: string): Promise<T> {
  await page.waitForFunction((name) => name in globalThis, action);
  return page.evaluate((name) => (globalThis as never as Record<string, () => Promise<T>>)[name]!(), action);
}

/** Node reads what the browser has saved, once it is unzipped. */
async function expectSameModel({ zip, before }: WebOutcome): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vaekit-web-"));
  try {
    const files = unzipSync(Uint8Array.from(zip));
    expect(Object.keys(files)).toEqual(["config.json", "model.safetensors", "encoder.onnx", "decoder.onnx"]);
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
    const loaded = await VAE.load(folder);
    const { elbo } = await loaded.elbo(bars());
    expect(Math.abs(elbo - before) / Math.abs(before)).toBeLessThan(1e-5);
    await loaded.dispose();
  } finally {
    await rm(folder, { recursive: true });
  }
}
