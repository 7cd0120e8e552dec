import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { records, vaekit } from "../cli/testing/command-line.ts";
import { writeTinyData } from "../cli/testing/tiny-data.ts";
import { idxFile } from "../data/testing/idx-file.ts";

let folder = "";
const at = (path: string) => join(folder, path);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-plot-"));
  writeTinyData(at("tiny"));
  const values = Array.from({ length: 200 * 12 }, (_, index) => Math.sin(index) + index / 1000);
  writeFileSync(at("series.idx"), idxFile("float32", [200, 12], values));
  const course = "--hidden 16 --batch-size 25 --max-iterations 24 --log-every 8".split(" ");
  const trainings = [
    "tiny --latent 2 --film --out plane",
    "tiny --latent 2 --deterministic --out plain",
    "tiny --latent 3 --out space",
    "series.idx --latent 2 --likelihood auto --out series",
  ];
  for (const line of trainings) {
    const { code, stderr } = await vaekit(folder, "train", ...line.split(" "), ...course);
    expect({ code, stderr }).toMatchObject({ code: 0 });
  }
  for (const [run, coded] of [
    ["plane", "coded"],
    ["series", "coded-series"],
    ["series", "rangeless"],
  ] as const) {
    cpSync(at(run), at(coded), { recursive: true });
    const config = JSON.parse(readFileSync(at(`${coded}/config.json`), "utf8"));
    config.data.source = "made in code: tiny";
    if (coded === "rangeless") delete config.data.range;
    writeFileSync(at(`${coded}/config.json`), JSON.stringify(config));
    rmSync(at(`${coded}/checksums.jsonl`));
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function plot(line: string) {
  const { code, stdout, stderr } = await vaekit(folder, "plot", ...line.split(" "), "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return records(stdout)[0]! as Record<string, unknown> & { file: string };
}

async function refuses(line: string, sentence: string | RegExp) {
  const { code, stdout, stderr } = await vaekit(folder, "plot", ...line.split(" "));
  expect(stderr).toMatch(sentence);
  expect(stderr.startsWith("vaekit: ") && stderr.trimEnd().split("\n").length === 1).toBe(true);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

const pagesOf = async (path: string) => (await sharp(at(path), { pages: -1 }).metadata()).pages;

describe("a run on data made in code", () => {
  it("has no pictures of data that nobody names", () =>
    refuses("reconstructions coded", /made in code, called tiny: give the same data by --data\n$/));

  it("has numbers in its report once its data are named", async () => {
    await plot("report coded");
    const page = () => readFileSync(at("coded/report.html"), "utf8");
    expect(page()).toContain("There are no numbers: the run was trained on data made in code");
    await plot("report coded --data tiny");
    expect(page()).not.toContain("There are no numbers");
  });

  it.each(["reconstructions", "samples", "tableau", "film", "compare"])(
    "has %s once its data are named",
    async (kind) => {
      const runs = kind === "compare" ? "coded plane" : "coded";
      await plot(`${kind} ${runs} --data tiny`);
    },
  );

  it("has decodings drawn to the range of its data, as stored or as that of data that are named", async () => {
    const manifold = async (flags: string) => {
      await plot(`manifold ${flags} --grid 3 --out manifold.png --force`);
      // Below the title, which names the data.
      const picture = sharp(readFileSync(at("manifold.png")));
      const { width, height } = await picture.metadata();
      return picture
        .extract({ left: 0, top: 160, width, height: height - 160 })
        .raw()
        .toBuffer();
    };
    const expected = await manifold("series");
    expect((await manifold("coded-series")).equals(expected)).toBe(true);
    expect((await manifold("rangeless --data series.idx")).equals(expected)).toBe(true);
    expect((await manifold("rangeless")).equals(expected)).toBe(false);
  });

  it("is looked at as a whole once its data are named", async () => {
    const part = await vaekit(folder, "doctor", "coded");
    expect(part.stdout).not.toContain("data that can be read");
    expect(part.stderr).toMatch(/^the data were made in code and not looked at, .*--data\n$/);
    const whole = await vaekit(folder, "doctor", "coded", "--data", "tiny");
    expect(whole.stdout).toContain("in order: data that can be read");
    expect(whole.stderr).toBe("");
    const wrong = await vaekit(folder, "doctor", "tiny", "--data", "tiny");
    expect(wrong).toMatchObject({
      code: 2,
      stderr: "vaekit: --data was given but tiny is no run: leave it out\n",
    });
  });
});

describe("training", () => {
  it("leaves pictures that suit the latent space, and the report", async () => {
    const names = (run: string) => ["reconstructions", "samples"].map((name) => `${run}/plots/${name}.png`);
    for (const each of [
      ...names("plane"),
      ...["latent", "manifold", "tableau"].map((name) => `plane/plots/${name}.png`),
      "space/plots/traversal.png",
      "series/plots/tableau.png",
    ])
      expect((await sharp(at(each)).metadata()).format).toBe("png");
    expect(readFileSync(at("plane/report.html"), "utf8")).toContain("<!doctype html>");
  });
});

describe("training on real numbers", () => {
  it("takes a Gaussian with a deviation of each column when the likelihood is left to it", () => {
    const { hyperparameters } = JSON.parse(readFileSync(at("series/config.json"), "utf8"));
    expect(hyperparameters).toMatchObject({ likelihood: { type: "gaussian", sigma: "perDimension" } });
  });
});

describe.concurrent("pictures", () => {
  it.each([
    ["latent plane --ellipses --contours --width 300", 600],
    ["latent space --projection pca --split train", 1040],
    ["latent space --dimensions 3,1", 1040],
    ["manifold plane --grid 5x4 --range 2 --width 300", 600],
    ["tableau plane --grid 4 --width 500", 1000],
    ["manifold series --grid 4 --width 300", 600],
  ])("draws %s", async (line, width) => {
    const { file, ...size } = await plot(line);
    expect(size).toMatchObject({ width });
    expect(await sharp(at(file)).metadata()).toMatchObject({ format: "png", width });
  });

  it.each([
    "traversal space --dimensions 1 --steps 5 --from 3",
    "interpolate space --from 0 --to 5 --path spherical --steps 4",
    "interpolate plane --labels 2",
    "attributes space --labels 1,3 --steps 3",
    "samples space -n 9 --temperature 0.5",
    "interpolate series",
    "reconstructions series",
  ])("draws %s", async (line) => {
    const { file } = await plot(line);
    expect((await sharp(at(file)).metadata()).format).toBe("png");
  });

  it("films: one frame a step", async () => {
    expect((await plot("morph space --labels 3,2,0 --steps 4")).file).toBe("space/plots/morph.gif");
    expect(await pagesOf("space/plots/morph.gif")).toBe(12);
    await plot("interpolate plane --labels 0,3 --steps 5 --out there.gif");
    expect(await pagesOf("there.gif")).toBe(10);
    await plot("walk series -n 2 --steps 6 --out walk.webp");
    expect(await pagesOf("walk.webp")).toBe(6);
  });

  it("draws an SVG file", async () => {
    await plot("latent plane --out plane.svg");
    expect(readFileSync(at("plane.svg"), "utf8")).toMatch(/^<svg .*24 iterations/s);
  });

  it("compares a variational autoencoder with a plain one, in numbers, too", async () => {
    const { comparison, file } = await plot("compare plane plain --grid 4");
    expect(file).toBe("plane/plots/compare.png");
    expect(comparison).toMatchObject([
      { run: "plane", uncovered: expect.any(Number), nearestRow: expect.any(Number) },
      { run: "plain", unreached: expect.any(Number) },
    ]);
  });

  it("rewrites the report", async () => {
    rmSync(at("space/report.html"));
    expect((await plot("report space")).file).toBe("space/report.html");
    expect(readFileSync(at("space/report.html"), "utf8")).toContain("space");
  });

  it("makes the same bytes from the same run and seed", async () => {
    for (const [kind, name] of [
      ["latent plane", "png"],
      ["walk plane --seed 3 --steps 8", "gif"],
    ] as const) {
      const bytes = [];
      for (const copy of ["one", "two"]) {
        await plot(`${kind} --out ${copy}.${name}`);
        bytes.push(readFileSync(at(`${copy}.${name}`)));
      }
      expect(bytes[0]!.equals(bytes[1]!)).toBe(true);
    }
    await plot("walk plane --seed 4 --steps 8 --out other.gif");
    expect(readFileSync(at("other.gif")).equals(readFileSync(at("one.gif")))).toBe(false);
  });
});

describe("film", () => {
  it("is made of the recorded moments, again and again, in other sizes and colours", async () => {
    const { files } = await plot("film plane --width 400 --format gif --grid 4");
    const names = ["encoder", "decoder", "tableau"].map((name) => `plane/plots/${name}.gif`);
    expect((files as { file: string }[]).map(({ file }) => file)).toEqual(names);
    // Iterations 1, 2, 3, 4, 6, 8, 11, 16 and 23, of which 1.4 rounds to 1, and the model that was kept, of iteration 24.
    for (const name of names) expect(await pagesOf(name)).toBe(10);
    const { delay, width } = await sharp(at("plane/plots/tableau.gif"), { pages: -1 }).metadata();
    expect(width).toBe(400);
    expect(delay!.at(-1)).toBeGreaterThan(delay![0]!);
    const again = "--width 400 --format gif --grid 4";
    await plot(`film plane ${again} --out same`);
    expect(readFileSync(at("same/tableau.gif")).equals(readFileSync(at("plane/plots/tableau.gif")))).toBe(
      true,
    );
    await plot(`film plane ${again} --colours ff0000 --out red`);
    expect(readFileSync(at("red/encoder.gif")).equals(readFileSync(at("same/encoder.gif")))).toBe(false);
  });
});

describe.concurrent("bad input", () => {
  it.each([
    ["film space", /space has no film: train it again with --film$/m],
    [
      "manifold space",
      /a manifold shows every point of a plane, .* has 3 dimensions, not 2: run npx vaekit plot traversal space/,
    ],
    ["latent plane --grid 3", /plot latent does not use --grid: it takes --data, --split, /],
    ["report plane --seed 1", /plot report does not use --seed: it takes --data$/m],
    [
      "traversal space --dimensions 1,4",
      /there is no latent dimension 4: the run has 3, counted from 1 to 3/,
    ],
    ["latent space --dimensions 1,1", /--dimensions has 1 twice: give each once/],
    ["interpolate plane --to 60", /tiny has no example 60; its examples are 0 to 59/],
    ["attributes plane", /give two classes: --labels 3,8 adds the mean of 3/],
    ["attributes plane --labels 1,9", /no test example of tiny has label 9: choose from 0, 1, 2, 3/],
    ["morph series", /series.idx has no labels and a morph goes from class to class/],
    ["latent plain --ellipses", /plain is a deterministic autoencoder, whose points have no spread/],
    ["compare plane", /a comparison needs two runs: npx vaekit plot compare plane RUN/],
    ["compare plane series", /were trained on different data/],
    ["latent plane plain", /plot latent takes one run: plain is one too many/],
    ["latent plane --out x.gif", /the name of a latent must end in \.png or \.svg/],
    ["morph plane --out x.png", /the name of a morph must end in \.gif or \.webp/],
    [
      "latent plane --out series.idx/x.png",
      /cannot make the folder series\.idx: there is a file of that name/,
    ],
    ["film plane --out series.idx/films", /cannot make the folder series\.idx\/films/],
    ["film plane --width 90", /--width is 90: a film must be at least 400 pixels wide/],
    ["latent plane --colours blue", /--colours is .*blue.*colours as in 3e96ff,fe7c0a/],
    ["manifold plane --grid 0", /--grid is .*0.*: it must be a number below 1000/],
  ])("%s", refuses);
});
