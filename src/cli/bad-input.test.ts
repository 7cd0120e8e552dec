import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { vaekit } from "./testing/command-line.ts";
import { TINY_SIDE, tinyPixels, writeTinyData } from "./testing/tiny-data.ts";

const SIZES = ["--hidden", "8", "--latent", "2", "--batch-size", "25", "--max-iterations", "20"];

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-bad-input-"));
  writeTinyData(join(folder, "tiny"));
  const shape = [300, TINY_SIDE, TINY_SIDE];
  const pixels = tinyPixels(300);
  const idx = idxFile("uint8", shape, pixels);
  writeFileSync(join(folder, "floats.idx"), idxFile("float32", shape, [255, ...pixels.slice(1)]));
  mkdirSync(join(folder, "bright"));
  for (const [part, greatest] of [
    ["train", 1],
    ["t10k", 255],
  ] as const)
    writeFileSync(
      join(folder, `bright/${part}-images-idx3-ubyte`),
      idxFile("float32", shape, [greatest, ...pixels.slice(1).map((value) => value / 255)]),
    );
  writeFileSync(join(folder, "truncated.idx"), idx.subarray(0, 5000));
  writeFileSync(join(folder, "promising.idx"), idxFile("uint8", [4_000_000, 1000, 1000], pixels));
  writeFileSync(join(folder, "text.idx"), "not an IDX file at all");
  mkdirSync(join(folder, "mislabelled"));
  cpSync(join(folder, "tiny"), join(folder, "mislabelled"), { recursive: true });
  writeFileSync(
    join(folder, "mislabelled/train-labels-idx1-ubyte"),
    idxFile("uint8", [299], pixels.slice(0, 299)),
  );
  cpSync(join(folder, "tiny"), join(folder, "uneven"), { recursive: true });
  writeFileSync(join(folder, "uneven/t10k-images-idx3-ubyte"), idxFile("uint8", [60, 4, 16], tinyPixels(60)));
  const { code, stderr } = await vaekit(folder, "train", "tiny", ...SIZES, "--out", "run");
  expect({ code, stderr }).toMatchObject({ code: 0 });
  for (const copy of ["newer", "damaged", "unfinished", "moved"])
    cpSync(join(folder, "run"), join(folder, copy), { recursive: true });
  writeFileSync(join(folder, "damaged/model.safetensors"), "not a model");
  rmSync(join(folder, "unfinished/model.safetensors"));
  writeFileSync(join(folder, "narrow.idx"), idxFile("float32", [40, 3], pixels.slice(0, 120)));
  const config = JSON.parse(readFileSync(join(folder, "newer/config.json"), "utf8"));
  // As in runs of version 0.1: with checksums, a configuration that was changed is refused as such.
  for (const copy of ["newer", "moved"]) rmSync(join(folder, copy, "checksums.jsonl"));
  writeFileSync(join(folder, "newer/config.json"), JSON.stringify({ ...config, formatVersion: 99 }));
  const moved = { ...config, data: { ...config.data, source: join(folder, "gone") } };
  writeFileSync(join(folder, "moved/config.json"), JSON.stringify(moved));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** All files and what is in them. */
function contents(): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const paths = names.map(({ parentPath, name }) => join(parentPath, name));
  return new Map(paths.map((path) => [path, readFileSync(path, "latin1")]));
}

/** The line ends with exit code 2 and this sentence, and changes nothing on disk. */
async function refuses(line: string, sentence: string | RegExp): Promise<void> {
  const before = contents();
  const { code, stdout, stderr } = await vaekit(folder, ...line.split(" "));
  const said = stderr.replace(/^vaekit: /, "").replace(/\n$/, "");
  if (typeof sentence === "string") expect(said).toBe(sentence);
  else expect(said).toMatch(sentence);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.startsWith("vaekit: ")).toBe(true);
  expect(contents()).toEqual(before);
  expect(readdirSync(folder)).not.toContain("runs");
}

describe("usage", () => {
  it.each([
    ["trian tiny", "unknown command 'trian': did you mean train?"],
    ["trian --help", "unknown command 'trian': did you mean train?"],
    ["help trian", "unknown command 'trian': did you mean train?"],
    ["train tiny --batchsize 3", "unknown option '--batchsize': did you mean --batch-size?"],
    [
      "train tiny tiny",
      "too many arguments for 'train'. Expected 1 argument but got 2: see vaekit train --help",
    ],
    ["evaluate", "missing required argument 'run': see vaekit evaluate --help"],
    [
      "train",
      "no data were given: pass mnist or a path, resume a run with --resume, or begin from one with --from",
    ],
    [
      "plot reconstruction run",
      'KIND is "reconstruction": it must be one of reconstructions, samples, latent, manifold, tableau, film, traversal, interpolate, morph, walk, attributes, compare, report; did you mean reconstructions?',
    ],
    [
      "sample run --out s.gif",
      '--out is "s.gif": it must end in .csv, .parquet, .npy, .png or .wav, or be the name of a folder',
    ],
    [
      "sample run --out s.csv --zoom 2",
      "--zoom is for pictures: leave it out, or write to a name that ends in .png",
    ],
    [
      "sample run -n 100000000000",
      /^n is 100000000000: of this model at most 16777216 samples fit into an array$/,
    ],
    [
      "sample run --zoom 100000",
      /^the picture would be \d+ × \d+ pixels; it can have 2\^28, .*: draw fewer images/,
    ],
    ["score run --out s.txt", '--out is "s.txt": it must end in .csv or .parquet'],
    ["encode run tiny --out s.gif", /^--out is "s\.gif": it must end in \.csv/],
    ["doctor run --scale 3", "--scale was given but run is a run, which has its own: leave it out"],
    ["evaluate moved", /gone, on which the run was trained, is not there: give its data by --data$/],
    [
      "encode run narrow.idx",
      "the model takes rows of 64 values but narrow.idx has rows of 3: give data like those it was trained on",
    ],
    ["evaluate run --split all", '--split is "all": it must be one of test, validation, train'],
    ["train tiny --epochs 1 --max-iterations 9", "both --epochs and --max-iterations were given: give one"],
    ["train --resume run --out other", "both --resume and --out were given: a run resumes in its own folder"],
  ])("%s", refuses);
});

describe("settings", () => {
  const sizes = "it must be sizes from the data to the latent space, positive integers separated by commas";
  it.each([
    ["train tiny --architecture 64,0,2", `--architecture is "64,0,2": ${sizes}`],
    ["train tiny --architecture 64,-8,2", `--architecture is "64,-8,2": ${sizes}`],
    ["train tiny --architecture 64,8.5,2", `--architecture is "64,8.5,2": ${sizes}`],
    ["train tiny --batch-size 0", "--batch-size is 0: it must be a positive integer"],
    ["train tiny --batch-size -1", "--batch-size is -1: it must be a positive integer"],
    ["train tiny --batch-size ten", '--batch-size is "ten": it must be a positive integer'],
    [
      "train tiny --keep-probability 1.5",
      "--keep-probability is 1.5: it must be a probability above 0, at most 1",
    ],
    [
      "train tiny --architecture 64,20000000,2",
      /^to train this model takes \d+\.\d GB for its parameters, .*; at most 4\.3 GB can be used: make layers or the batch smaller$/,
    ],
    ["train tiny --scale 0", "--scale is 0: it must be a number above 0"],
    [
      "train tiny --network conv --kernel 9",
      "kernel is 9: it must be at most 8, the shortest side of an example",
    ],
    [
      "train tiny --activation elo",
      /^--activation is "elo": it must be one of elu, relu, .*; did you mean elu\?$/,
    ],
    ["train tiny --kl-warmup 50 --max-iterations 20", /^--kl-warmup is 50 iterations but training has 20: /],
    ["train tiny --architecture 784,8,2", /\b64 values\b.*\b784\b.*begin it with 64$/],
    [
      "train tiny --sigma 0.5",
      "--sigma is 0.5 but has no effect on likelihood bernoulli: leave it out, or choose likelihood gaussian or laplace or student-t",
    ],
    [
      "train tiny --likelihood auto --mixtures 3",
      "--mixtures is 3 but has no effect on likelihood continuous-bernoulli: leave it out, or choose likelihood discretized-logistic-mixture",
    ],
    [
      "train tiny --likelihood student-t --sigma calibrated",
      "--sigma is calibrated but likelihood student-t has no closed form for it: choose shared, perDimension or decoder",
    ],
    [
      "train tiny --likelihood student-t --degrees-of-freedom 1",
      "--degrees-of-freedom is 1: it must be a number above 1, or learned",
    ],
    [
      "train --resume run --likelihood auto",
      "both --resume and --likelihood auto were given: a run keeps the likelihood it has",
    ],
    ["train tiny --batch-size 1000", /^--batch-size is 1000\b.*\b275\b/],
  ])("%s", refuses);
});

describe("data", () => {
  it.each([
    [
      "train floats.idx",
      "train images have values up to 255; a Bernoulli likelihood needs [0, 1]: pass --scale 255 or --likelihood gaussian, or auto, which suits the data",
    ],
    [
      "train floats.idx --likelihood discretized-logistic",
      "train images have values up to 255; a discretised logistic likelihood needs multiples of 1/255 in [0, 1]: pass --scale 255 or --likelihood gaussian, or auto, which suits the data",
    ],
    [
      "train bright --max-iterations 2",
      /^test images have values up to 255; a Bernoulli likelihood needs \[0, 1\]: /,
    ],
    [
      "train truncated.idx",
      /^truncated\.idx promises 300×8×8 = 19200 bytes after its header, but holds 4984: /,
    ],
    [
      "train promising.idx",
      /^promising\.idx promises 4000000×1000×1000 = 4000000000000 bytes .* holds 19200: /,
    ],
    ["train text.idx", /^text\.idx is text, which is no data set of a known format/],
    ["train mislabelled", /train-labels-idx1-ubyte has 299 labels for 300 images; it needs one for each$/],
    [
      "train uneven",
      "uneven has train images of 8×8×1 values of type Uint8, divided by 255, and test images of 4×16×1 values of type Uint8, divided by 255: they must be alike",
    ],
    ["doctor nowhere", "nowhere is neither a file or folder nor built-in data, such as mnist"],
    ["train nowhere", /^there is no data set 'nowhere'/],
    ["encode run nowhere", /^there is no data set 'nowhere'/],
    ["encode run mnist", /\b64\b.*\b784\b|\b784\b.*\b64\b/],
    ["plot reconstructions run --indices 0,60 --out p.png", /has no example 60; its examples are 0 to 59$/],
  ])("%s", refuses);
});

describe("runs", () => {
  it.each([
    [
      "train tiny --out run",
      "run already exists: pass --force to replace it; npx vaekit train --resume run resumes it",
    ],
    ["train --resume run --l2 0.5", /^--l2 .*0\.5\b.*the run has 0, and it cannot change/],
    ["train --resume run --latent 3", /64,8,3.*64,8,2|64,8,2.*64,8,3/],
    ["train --resume nowhere", "nowhere does not exist: give the folder of a run"],
    ["evaluate tiny", "tiny has no config.json: give the folder of a run"],
    ["evaluate newer", /^newer\/config\.json was written by a newer vaekit \(format 99\).*upgrade/],
    ["train --resume newer", /^newer\/config\.json was written by a newer vaekit \(format 99\).*upgrade/],
    [
      "evaluate unfinished",
      /^unfinished has no model yet, its training has not ended; .* --resume unfinished /,
    ],
    ["doctor damaged", /^damaged\/model\.safetensors /],
    [
      "sample run --out run/config.json",
      '--out is "run/config.json": it must end in .csv, .parquet, .npy, .png or .wav, or be the name of a folder',
    ],
    [
      "plot reconstructions run --out run/plots/samples.png",
      "run/plots/samples.png exists: pass --force to replace it, or another name to --out",
    ],
  ])("%s", refuses);
});

it("replaces with --force", async () => {
  cpSync(join(folder, "run"), join(folder, "old"), { recursive: true });
  const { code } = await vaekit(folder, "train", "tiny", ...SIZES, "--seed", "9", "--out", "old", "--force");
  expect(code).toBe(0);
  const model = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
  expect(model("old").equals(model("run"))).toBe(false);
});

it("shows where an error comes from when asked", async () => {
  const { code, stderr } = await vaekit(folder, "evaluate", "nowhere", "--verbose");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^vaekit: nowhere does not exist/);
  expect(stderr).toMatch(/\n +at .*\.ts:\d+:\d+/);
});
