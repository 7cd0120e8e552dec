/**
 * Shows that a change of the code leaves trained models as they were, byte for byte.
 *
 *   node scripts/reference-runs.mjs make FOLDER [CHECKOUT]   trains the runs below with a built checkout (default: this)
 *   node scripts/reference-runs.mjs compare BEFORE AFTER     names every file that differs; exit code 1 if any does
 *   node scripts/reference-runs.mjs reopen FOLDER [CHECKOUT] evaluates and resumes the runs in FOLDER; same results?
 *
 * Where a checkout knows the flag, outputs begin at 0, as they do in version 0.1.
 *
 * The runs cover dense, convolutional and layered networks, every family of likelihoods, every objective, a plain
 * autoencoder and a film, 300 iterations each. Data are made here, except for MNIST.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";

const HERE = resolve(fileURLToPath(import.meta.url), "../..");
const ITERATIONS = 300;
const COMPARED = ["model.safetensors", "encoder.onnx", "decoder.onnx", "history.jsonl", "evaluation.json"];

/** Name → data and flags of `vaekit train`. */
const RUNS = {
  dense: ["mnist", "--architecture", "784,128,64,8", "--keep-probability", "0.9", "--l2", "1e-5"],
  conv: [
    "mnist",
    "--network",
    "conv",
    "--channels",
    "8,16",
    "--hidden",
    "32",
    "--latent",
    "4",
    "--batch-size",
    "64",
  ],
  iwae: ["mnist", "--hidden", "64", "--latent", "4", "--objective", "iwae", "--latent-samples", "5"],
  dreg: ["mnist", "--hidden", "64", "--latent", "4", "--objective", "dreg", "--latent-samples", "5"],
  "free-bits": ["mnist", "--hidden", "64", "--latent", "4", "--free-bits", "0.5", "--kl-warmup", "100"],
  capacity: ["mnist", "--hidden", "64", "--latent", "4", "--capacity", "10", "--capacity-warmup", "200"],
  deterministic: ["mnist", "--hidden", "64", "--latent", "4", "--deterministic"],
  film: ["mnist", "--hidden", "64", "--latent", "2", "--film"],
  gaussian: ["reals", "--hidden", "32", "--latent", "3", "--likelihood", "gaussian", "--sigma", "calibrated"],
  laplace: ["reals", "--hidden", "32", "--latent", "3", "--likelihood", "laplace", "--sigma", "decoder"],
  "student-t": [
    "reals",
    "--hidden",
    "32",
    "--latent",
    "3",
    "--likelihood",
    "student-t",
    "--degrees-of-freedom",
    "learned",
  ],
  logistic: ["pixels", "--hidden", "32", "--latent", "3", "--likelihood", "discretized-logistic"],
  mixture: ["pixels", "--hidden", "32", "--latent", "3", "--likelihood", "discretized-logistic-mixture"],
  "continuous-bernoulli": [
    "pixels",
    "--hidden",
    "32",
    "--latent",
    "3",
    "--likelihood",
    "continuous-bernoulli",
  ],
  poisson: ["counts", "--hidden", "32", "--latent", "3", "--likelihood", "poisson"],
  "negative-binomial": ["counts", "--hidden", "32", "--latent", "3", "--likelihood", "negative-binomial"],
  "zero-inflated": [
    "counts",
    "--hidden",
    "32",
    "--latent",
    "3",
    "--likelihood",
    "zero-inflated-negative-binomial",
  ],
  categorical: ["classes", "--hidden", "32", "--latent", "3", "--likelihood", "categorical", "--scale", "1"],
};

const [command, first, second] = process.argv.slice(2);
const known = { make, compare, reopen };
if (!(command in known) || !first) {
  console.error(
    "usage: reference-runs.mjs make FOLDER [CHECKOUT] | compare BEFORE AFTER | reopen FOLDER [CHECKOUT]",
  );
  process.exit(2);
}
process.exitCode = await known[command](resolve(first), resolve(second ?? HERE));

async function make(folder, checkout) {
  mkdirSync(folder, { recursive: true });
  const knowsFlag = vaekit(checkout, folder, ["train", "--help"]).includes("--output-bias");
  const asInFirstVersion = knowsFlag ? ["--output-bias", "zero"] : [];
  for (const [name, [data, ...flags]] of Object.entries(RUNS)) {
    const run = join(folder, name);
    const length = ["--max-iterations", `${ITERATIONS}`, "--seed", "7", "--log-every", "10"];
    const source = data === "mnist" ? data : dataFile(folder, data);
    vaekit(checkout, folder, ["train", source, ...flags, ...length, ...asInFirstVersion, "--out", run]);
    evaluate(checkout, folder, run);
    console.log(name);
  }
  await layered(folder, checkout, knowsFlag ? { outputBias: "zero" } : {});
  console.log("layers");
  return 0;
}

/** A network given layer by layer, which only code can train. */
async function layered(folder, checkout, settings) {
  const load = (path) => import(pathToFileURL(join(checkout, "dist", path)).href);
  const [library, node] = [await load("index.js"), await load("node.js")];
  const { VAE, conv2d, activation, batchNorm, flatten, dense, residual } = { ...library, ...node };
  const { train } = await node.mnist();
  const encoder = [
    conv2d(8, { kernel: 4, stride: 2 }),
    batchNorm(),
    activation("relu"),
    residual([conv2d(8, { kernel: 3 }), activation("silu"), conv2d(8, { kernel: 3 })]),
    flatten(),
    dense(32),
    activation("elu"),
  ];
  const architecture = { inputShape: [28, 28, 1], encoder, latent: 4, decoder: "mirror" };
  const vae = new VAE(architecture, { batchSize: 64, ...settings });
  await vae.train(library.subset(train, 0, 2000), { maxIterations: 100, seed: 7 });
  await vae.save(join(folder, "layers"));
  await vae.dispose();
}

async function reopen(folder, checkout) {
  let differing = 0;
  for (const name of Object.keys(RUNS)) {
    const scratch = mkdtempSync(join(tmpdir(), "vaekit-reopen-"));
    const run = join(scratch, name);
    cpSync(join(folder, name), run, { recursive: true });
    evaluate(checkout, folder, run);
    if (!isSame(join(folder, name, "evaluation.json"), join(run, "evaluation.json"))) {
      differing++;
      console.log(`${name}: evaluates differently`);
    }
    vaekit(checkout, folder, ["train", "--resume", run, "--max-iterations", `${ITERATIONS + 20}`]);
    rmSync(scratch, { recursive: true });
  }
  console.log(`${Object.keys(RUNS).length} runs reopened and resumed, ${differing} evaluate differently`);
  return differing > 0 ? 1 : 0;
}

function compare(before, after) {
  let [same, differing] = [0, 0];
  for (const name of readdirSync(before)) {
    for (const file of COMPARED) {
      const [one, other] = [join(before, name, file), join(after, name, file)];
      if (!existsSync(one)) continue;
      if (existsSync(other) && isSame(one, other)) same++;
      else {
        differing++;
        console.log(`${name}/${file} ${existsSync(other) ? "differs" : "is missing"}`);
      }
    }
  }
  console.log(`${same} files are the same, ${differing} are not`);
  return differing > 0 || same === 0 ? 1 : 0;
}

function evaluate(checkout, folder, run) {
  // A plain autoencoder has no likelihood to evaluate.
  if (run.endsWith("deterministic")) return;
  const cheap = ["--samples", "20", "--nll-examples", "50", "--skip-pca"];
  const printed = vaekit(checkout, folder, ["evaluate", run, "--json", ...cheap]);
  const { run: _, data: __, ...numbers } = JSON.parse(printed.trim().split("\n").at(-1));
  writeFileSync(join(run, "evaluation.json"), JSON.stringify(numbers));
}

function vaekit(checkout, cwd, args) {
  const program = [join(checkout, "dist/cli/main.js"), ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`vaekit ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** A later evaluation may have more fields; those of the earlier one must be the same. */
function isSame(before, after) {
  if (!before.endsWith("evaluation.json")) return digest(before) === digest(after);
  if (!existsSync(before)) return !existsSync(after);
  const [earlier, later] = [before, after].map((path) => JSON.parse(readFileSync(path, "utf8")));
  return Object.entries(earlier).every(([key, value]) => isDeepStrictEqual(value, later[key]));
}

/** Times differ from run to run, everything else must not. */
function digest(path) {
  const text = path.endsWith(".jsonl")
    ? readFileSync(path, "utf8").replace(/,"seconds":[^,}]+/g, "")
    : readFileSync(path);
  return createHash("sha256").update(text).digest("hex");
}

/** 600 rows of 20 values around four centres, as an IDX file. */
function dataFile(folder, kind) {
  const path = join(folder, `${kind}.idx`);
  if (existsSync(path)) return path;
  const [rows, columns] = [600, 20];
  const { type, bytes, value } = {
    reals: { type: 0x0d, bytes: 4, value: (center, noise) => center + noise },
    pixels: {
      type: 0x08,
      bytes: 1,
      value: (center, noise) => Math.min(255, Math.max(0, 128 + 50 * center + 20 * noise)),
    },
    counts: {
      type: 0x0c,
      bytes: 4,
      value: (center, noise) => Math.floor(Math.exp(1 + center + 0.5 * noise)),
    },
    classes: {
      type: 0x08,
      bytes: 1,
      value: (center, noise) => Math.min(3, Math.floor(Math.abs(center + noise))),
    },
  }[kind];
  const header = Buffer.from([0, 0, type, 2, 0, 0, rows >> 8, rows & 255, 0, 0, 0, columns]);
  const body = Buffer.alloc(rows * columns * bytes);
  const next = generator(1);
  for (let i = 0; i < rows * columns; i++) {
    const center = Math.sin(1 + (Math.floor(i / columns) % 4) * 7 + (i % columns) * 3);
    const noise = next() + next() + next() + next() - 2;
    const number = value(center, noise);
    if (type === 0x0d) body.writeFloatBE(number, i * 4);
    else if (type === 0x0c) body.writeInt32BE(number, i * 4);
    else body.writeUInt8(Math.floor(number), i);
  }
  writeFileSync(path, Buffer.concat([header, body]));
  return path;
}

/** mulberry32: uniform numbers in [0, 1). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
