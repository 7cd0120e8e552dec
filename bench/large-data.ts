/**
 * Data larger than memory, and files by the thousand: resident size and time, each in a process of its own.
 *
 *   npx tsx bench/large-data.ts rows      2,000,000 rows of 784 bytes: under 700 MB resident; step time beside MNIST's
 *   npx tsx bench/large-data.ts sparse    200,000 × 2,000 counts, 5 % full: under 900 MB resident
 *   npx tsx bench/large-data.ts large     a file of 3 GB is read
 *   npx tsx bench/large-data.ts images    60,000 PNG of 28×28: at most 60 s once, then 2 s
 *   npx tsx bench/large-data.ts csv       a CSV of 200 MB: at most 12 s
 *
 * Needs `npm run build`, and up to 7 GB in the system's folder for temporary files.
 */
import { spawn } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { minimalStandard } from "../src/numerics/fixed-shuffle.ts";
import { encodePng } from "../src/plot/png.ts";

const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const [task = "rows"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "vaekit-large-"));
const size = ["--architecture", "784,500,500,50", "--log-every", "20"];

interface Course {
  readonly peakMegabytes: number;
  readonly seconds: number;
  readonly firstLogSeconds: number;
  /** Milliseconds of a step, the median of intervals between logs after the first. */
  readonly stepMs: number;
}

/** Runs the command line, and watches its resident size. */
async function vaekit(...words: string[]): Promise<Course> {
  const start = performance.now();
  const child = spawn(process.execPath, [CLI, ...words, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
  });
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!));
  }, 100);
  let firstLogSeconds = Number.NaN;
  const steps: number[] = [];
  let before: { time: number; iteration: number } | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line);
    if (event.type !== "log") continue;
    const now = { time: performance.now(), iteration: event.iteration as number };
    if (before) steps.push((now.time - before.time) / (now.iteration - before.iteration));
    else firstLogSeconds = (now.time - start) / 1e3;
    before = now;
  }
  clearInterval(look);
  steps.sort((a, b) => a - b);
  return {
    peakMegabytes: Math.round(peak / 1024),
    seconds: Math.round(performance.now() - start) / 1e3,
    firstLogSeconds,
    stepMs: steps[steps.length >> 1] ?? Number.NaN,
  };
}

/** Largest resident set so far, in kB. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** An IDX file of bytes with the zeros and greys of handwriting. */
function writeIdx(path: string, rows: number, width: number): void {
  const header = Buffer.alloc(12);
  header.writeUInt32BE(0x0802, 0);
  header.writeUInt32BE(rows, 4);
  header.writeUInt32BE(width, 8);
  const random = minimalStandard();
  const block = Buffer.alloc(1000 * width);
  const file = openSync(path, "w");
  writeSync(file, header);
  for (let row = 0; row < rows; row += 1000) {
    for (let i = 0; i < block.length; i += 7) block[i] = random() < 0.8 ? 0 : 256 * random();
    block.writeUInt32LE(row, 0);
    writeSync(file, block, 0, Math.min(1000, rows - row) * width);
  }
  closeSync(file);
}

function train(data: string, iterations: number, ...more: string[]): Promise<Course> {
  return vaekit(
    "train",
    data,
    ...more,
    "--max-iterations",
    String(iterations),
    "--force",
    "--out",
    join(folder, "run"),
  );
}

const tasks: Readonly<Record<string, () => Promise<void>>> = {
  async rows() {
    const data = join(folder, "rows-idx2-ubyte");
    writeIdx(data, 2_000_000, 784);
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const [large, small] = [await train(data, 400, ...size), await train("mnist", 400, ...size)];
      ratios.push(large.stepMs / small.stepMs);
      console.log({ large, small });
    }
    console.log(
      `a step on the file takes ${ratios.map((ratio) => ratio.toFixed(3)).join(", ")} of one on MNIST`,
    );
  },
  async sparse() {
    const data = join(folder, "counts.mtx");
    const [rows, columns, each] = [200_000, 2_000, 100];
    const file = openSync(data, "w");
    writeSync(file, `%%MatrixMarket matrix coordinate integer general\n${rows} ${columns} ${rows * each}\n`);
    const random = minimalStandard();
    for (let row = 1; row <= rows; row++) {
      let text = "";
      const shift = Math.floor(20 * random());
      for (let i = 0; i < each; i++)
        text += `${row} ${shift + 20 * i + 1} ${1 + Math.floor(-3 * Math.log(1 - random()))}\n`;
      writeSync(file, text);
    }
    closeSync(file);
    const flags = ["--hidden", "128", "--latent", "10", "--likelihood", "auto", "--log-every", "10"];
    console.log(await train(data, 60, ...flags));
  },
  async large() {
    const data = join(folder, "large-idx2-ubyte");
    writeIdx(data, 3_830_000, 784);
    console.log(await train(data, 40, ...size));
  },
  async images() {
    const images = join(folder, "images");
    const random = minimalStandard();
    for (let label = 0; label < 10; label++) mkdirSync(join(images, String(label)), { recursive: true });
    for (let i = 0; i < 60_000; i++) {
      const pixels = Uint8Array.from({ length: 784 }, () => (random() < 0.8 ? 0 : 256 * random()));
      const png = await encodePng({ width: 28, height: 28, channels: 1, data: pixels });
      writeFileSync(join(images, String(i % 10), `${i}.png`), png);
    }
    console.log("once", await train(images, 20, ...size));
    console.log("from the cache", await train(images, 20, ...size));
  },
  async csv() {
    const data = join(folder, "table.csv");
    const random = minimalStandard();
    const file = openSync(data, "w");
    writeSync(file, `${Array.from({ length: 20 }, (_, i) => `c${i}`).join(",")}\n`);
    for (let bytes = 0; bytes < 200e6; ) {
      let text = "";
      for (let row = 0; row < 1000; row++)
        text += `${Array.from({ length: 20 }, () => (random() * 100).toFixed(4)).join(",")}\n`;
      bytes += writeSync(file, text);
    }
    closeSync(file);
    console.log(
      await train(data, 20, "--hidden", "64", "--latent", "8", "--likelihood", "auto", "--log-every", "1"),
    );
  },
};

try {
  await tasks[task]!();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
