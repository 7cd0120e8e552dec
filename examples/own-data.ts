/**
 * Your own data, from files to results: makes data of a kind, trains on them by the command line, and checks a number that
 * says whether the model learnt them. One command each, after `npm run build`:
 *
 *   npx tsx examples/own-data.ts images    a folder of colour images: at least half of their variance is reconstructed
 *   npx tsx examples/own-data.ts table     categories, dates and gaps: gaps are filled with at most 0.4 of the error of means
 *   npx tsx examples/own-data.ts cells     counts of two batches: types are told apart by neighbours, at least 95 %
 *   npx tsx examples/own-data.ts sounds    tones as spectrograms: at least 80 % of their variance, and WAV files
 *   npx tsx examples/own-data.ts fashion   Fashion-MNIST of Debian's dataset-fashion-mnist: a test ELBO of at least −250 nats
 *
 * `--keep FOLDER` keeps the files; without it they go.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { openData } from "vaekit/node";

const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const FASHION = "/usr/share/datasets/fashion-mnist";

const [kind = "table", flag, given] = process.argv.slice(2);
const folder = flag === "--keep" && given ? given : mkdtempSync(join(tmpdir(), "vaekit-example-"));
mkdirSync(folder, { recursive: true });

/** Runs and prints a command. @returns its result with --json */
function vaekit(...words: string[]): Record<string, never> {
  console.log(`npx vaekit ${words.join(" ")}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...words, "--json"], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
}

/** Uniform numbers in [0, 1): mulberry32. */
let state = 1;
function next(): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
const at = (name: string) => join(folder, name);

function poisson(rate: number): number {
  const wait = () => -Math.log(1 - next());
  let count = 0;
  for (let time = wait(); time < rate; time += wait()) count++;
  return count;
}

/** The part of the variance of test examples that their reconstructions have. */
async function explained(data: string, reading = {}): Promise<number> {
  vaekit("reconstruct", "run", data, "--split", "test", "--out", "test.npy", "--force");
  const { test } = await openData(at(data), { ...reading, splits: ["test"] as const });
  const real = Float32Array.from(test.storage.range(0, test.examples), (value) => value / test.divisor);
  const bytes = readFileSync(at("test.npy"));
  // The header of these shapes takes 128 bytes.
  const rows = bytes.buffer.slice(bytes.byteOffset + 128, bytes.byteOffset + bytes.length);
  const made = bytes.length - 128 === 8 * real.length ? new Float64Array(rows) : new Float32Array(rows);
  const mean = real.reduce((sum, value) => sum + value, 0) / real.length;
  const error = real.reduce((sum, value, i) => sum + (value - made[i]!) ** 2, 0);
  return 1 - error / real.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}

async function images(): Promise<number> {
  for (const name of ["circle", "square"]) mkdirSync(at(`shapes/${name}`), { recursive: true });
  for (let i = 0; i < 600; i++) {
    const side = 16;
    const [x, y, size] = [5 + 6 * next(), 5 + 6 * next(), 3 + next()];
    const colour = [0, 1, 2].map(() => 80 + 175 * next());
    const isCircle = i % 2 === 0;
    const pixels = Uint8Array.from({ length: side * side * 3 }, (_, at) => {
      const [dx, dy] = [Math.abs((((at / 3) | 0) % side) - x), Math.abs(((at / 3 / side) | 0) - y)];
      return (isCircle ? Math.hypot(dx, dy) : Math.max(dx, dy)) < size ? colour[at % 3]! : 20;
    });
    const png = sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).png();
    await png.toFile(at(`shapes/${isCircle ? "circle" : "square"}/${i}.png`));
  }
  vaekit("doctor", "shapes");
  const size = ["--hidden", "256", "--latent", "8", "--max-iterations", "2000", "--likelihood", "auto"];
  vaekit("train", "shapes", ...size, "--out", "run", "--force");
  vaekit("reconstruct", "run", "shapes", "--out", "again", "--force");
  return explained("shapes");
}

function table(): number {
  const colours = ["red", "green", "blue"];
  const truth: { height: number; colour: string }[] = [];
  const lines = Array.from({ length: 1500 }, (_, i) => {
    const group = Math.floor(3 * next());
    const height = 150 + 20 * group + 3 * normal();
    const colour = colours[next() < 0.9 ? group : Math.floor(3 * next())]!;
    const day = new Date(Date.UTC(2020 + group, 0, 1 + Math.floor(300 * next()))).toISOString().slice(0, 10);
    truth.push({ height, colour });
    const cells = [
      height.toFixed(2),
      (0.5 * height + 2 * normal()).toFixed(2),
      colour,
      String(poisson(3 + 4 * group)),
      day,
    ];
    return [`person-${i}`, ...cells.map((cell) => (next() < 0.1 ? "" : cell))].join(",");
  });
  writeFileSync(at("people.csv"), ["who,height,weight,colour,visits,since", ...lines].join("\n"));
  vaekit("doctor", "people.csv");
  const size = [
    "--hidden",
    "64",
    "--latent",
    "4",
    "--max-iterations",
    "2500",
    "--likelihood",
    "auto",
    "--standardize",
  ];
  vaekit("train", "people.csv", ...size, "--out", "run", "--force");
  vaekit("impute", "run", "people.csv", "--out", "filled.csv", "--samples", "200", "--force");
  const filled = readFileSync(at("filled.csv"), "utf8").trim().split("\n").slice(1);
  const observed = lines
    .map((line) => line.split(",")[1]!)
    .filter((cell) => cell !== "")
    .map(Number);
  const mean = observed.reduce((sum, value) => sum + value, 0) / observed.length;
  let [made, flat] = [0, 0];
  for (const [row, line] of lines.entries()) {
    if (line.split(",")[1] !== "") continue;
    made += (Number(filled[row]!.split(",")[1]) - truth[row]!.height) ** 2;
    flat += (mean - truth[row]!.height) ** 2;
  }
  return Math.sqrt(made / flat);
}

function cells(): number {
  const genes = 60;
  const profiles = Array.from({ length: 3 }, () =>
    Array.from({ length: genes }, () => Math.exp(1.2 * normal())),
  );
  const shift = Array.from({ length: genes }, () => Math.exp(0.5 * normal()));
  const lines = Array.from({ length: 1200 }, (_, i) => {
    const [type, batch] = [Math.floor(3 * next()), Math.floor(2 * next())];
    const depth = Math.exp(0.5 * normal());
    const counts = profiles[type]!.map((rate, gene) => poisson(depth * rate * (batch ? shift[gene]! : 1)));
    return [`cell-${i}`, "ABC"[type], batch ? "new" : "old", ...counts].join(",");
  });
  const header = ["cell", "type", "batch", ...Array.from({ length: genes }, (_, gene) => `gene${gene}`)];
  writeFileSync(at("cells.csv"), [header.join(","), ...lines].join("\n"));
  const size = ["--hidden", "64", "--latent", "5", "--max-iterations", "2000", "--likelihood", "auto"];
  const batch = ["--label", "batch", "--condition", "labels", "--column", "type=ignore"];
  vaekit("train", "cells.csv", ...batch, ...size, "--out", "run", "--force");
  vaekit("encode", "run", "cells.csv", "--out", "latents.csv", "--force");
  const points = readFileSync(at("latents.csv"), "utf8").trim().split("\n").slice(1);
  const codes = points.map((line) => line.split(",").slice(3, 8).map(Number));
  const types = lines.map((line) => line.split(",")[1]);
  const right = codes.filter((code, row) => {
    let [best, nearest] = [Number.POSITIVE_INFINITY, -1];
    for (const [other, each] of codes.entries()) {
      const distance = each.reduce((sum, value, d) => sum + (value - code[d]!) ** 2, 0);
      if (other !== row && distance < best) [best, nearest] = [distance, other];
    }
    return types[nearest] === types[row];
  });
  return right.length / codes.length;
}

async function sounds(): Promise<number> {
  mkdirSync(at("tones"), { recursive: true });
  const [rate, length] = [8000, 16_384];
  for (let i = 0; i < 40; i++) {
    const pitch = 150 * 2 ** (3 * next());
    const wav = Buffer.alloc(44 + 2 * length);
    wav.write("RIFF", 0);
    wav.writeUInt32LE(36 + 2 * length, 4);
    wav.write("WAVEfmt ", 8);
    for (const [value, place, bytes] of [
      [16, 16, 4],
      [1, 20, 2],
      [1, 22, 2],
      [rate, 24, 4],
      [2 * rate, 28, 4],
      [2, 32, 2],
      [16, 34, 2],
    ])
      wav.writeUIntLE(value!, place!, bytes!);
    wav.write("data", 36);
    wav.writeUInt32LE(2 * length, 40);
    for (let t = 0; t < length; t++) {
      const decay = Math.exp(-(t % 4096) / 1200);
      wav.writeInt16LE(Math.round(12_000 * decay * Math.sin((2 * Math.PI * pitch * t) / rate)), 44 + 2 * t);
    }
    writeFileSync(at(`tones/${i}.wav`), wav);
  }
  const size = [
    "--hidden",
    "128",
    "--latent",
    "6",
    "--max-iterations",
    "2000",
    "--likelihood",
    "auto",
    "--standardize",
  ];
  vaekit("train", "tones", "--spectrogram", "--window", "4096", ...size, "--out", "run", "--force");
  vaekit("reconstruct", "run", "tones", "--out", "again", "--force");
  return explained("tones", { spectrogram: true, window: 4096 });
}

function fashion(): number {
  if (!existsSync(FASHION)) {
    console.log(`SKIPPED: ${FASHION} is missing; apt-get install dataset-fashion-mnist brings it`);
    process.exit(0);
  }
  const size = [
    "--hidden",
    "500,500",
    "--latent",
    "20",
    "--max-iterations",
    "2000",
    "--likelihood",
    "bernoulli",
  ];
  vaekit("train", FASHION, ...size, "--out", "run", "--force");
  return (vaekit("evaluate", "run", "--quick", "--nll-examples", "10") as unknown as { elbo: number }).elbo;
}

const EXAMPLES = {
  images: {
    run: images,
    least: 0.5,
    what: "part of the variance of test images that reconstructions have",
  },
  table: { run: table, most: 0.4, what: "error of imputed heights as a part of that of their mean" },
  cells: {
    run: cells,
    least: 0.95,
    what: "part of cells whose nearest neighbour in the latent space is of their type",
  },
  sounds: {
    run: sounds,
    least: 0.8,
    what: "part of the variance of test spectrograms that reconstructions have",
  },
  fashion: { run: fashion, least: -250, what: "ELBO of test images in nats" },
} as const;

const example:
  | { run: () => number | Promise<number>; least?: number; most?: number; what: string }
  | undefined = EXAMPLES[kind as keyof typeof EXAMPLES];
if (!example) throw new Error(`${kind} is no example: pass one of ${Object.keys(EXAMPLES).join(", ")}`);
const { run, least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY, what } = example;
const found = await run();
console.log(
  `${what}: ${found.toFixed(3)} (expected: ${Number.isFinite(most) ? `at most ${most}` : `at least ${least}`})`,
);
if (flag !== "--keep") rmSync(folder, { recursive: true });
if (!(found >= least && found <= most)) process.exitCode = 1;
