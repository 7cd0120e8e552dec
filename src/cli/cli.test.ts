import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, records, start, vaekit } from "./testing/command-line.ts";
import { TINY_SIDE, writeTinyData } from "./testing/tiny-data.ts";

const PIXELS = TINY_SIDE ** 2;
const LATENT = 3;
const PNG_SIGNATURE = "89504e470d0a1a0a";

let folder = "";
let trained: Ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  writeTinyData(join(folder, "tiny"));
  const sizes = ["--hidden", "32", "--latent", String(LATENT), "--batch-size", "25"];
  const course = ["--max-iterations", "200", "--log-every", "50", "--validate-every", "100"];
  trained = await vaekit(folder, "train", "tiny", ...sizes, ...course, "--out", "run", "--json");
});

afterAll(() => rmSync(folder, { recursive: true }));

function isPicture(path: string): boolean {
  return readFileSync(join(folder, path)).subarray(0, 8).toString("hex") === PNG_SIGNATURE;
}

/** Cells of a CSV file, its header first. */
function cellsOf(csv: string): string[][] {
  return csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

describe("train", () => {
  it("tells what happens as JSON, the result last", () => {
    expect(trained).toMatchObject({ code: 0, stderr: "" });
    const lines = records(trained.stdout);
    const types = lines.map(({ type }) => type);
    expect(types).toEqual([
      ...["start", "log", "log", "validation", "log", "log", "validation", "end"],
      "result",
    ]);
    expect(Object.keys(lines[3]!)).toEqual([
      "type",
      "iteration",
      "epoch",
      "best",
      "elbo",
      "reconstruction",
      "kl",
    ]);
    expect(lines[0]).toMatchObject({ iteration: 0, maxIterations: 200, iterationsPerEpoch: 11 });
    const { elbo, reconstruction, kl, ...result } = lines.at(-1) as Record<string, number>;
    expect(result).toMatchObject({
      run: "run",
      iterations: 200,
      reason: "finished",
      split: "test",
      examples: 60,
      plots: ["run/plots/reconstructions.png", "run/plots/samples.png"],
    });
    // Weights and biases of 64-32-2·3 and 3-32-64.
    expect(result.parameters).toBe(64 * 32 + 32 + 32 * 6 + 6 + (3 * 32 + 32 + 32 * 64 + 64));
    expect(elbo).toBeCloseTo(reconstruction! - kl!, 6);
    expect(kl).toBeGreaterThan(0);
    // Better than knowing only the mean brightness of these pixels, by far: see the entropy of tiny data.
    expect(elbo).toBeGreaterThan(-30);
    expect(result.seconds).toBeGreaterThan(0);
  });

  it("leaves a whole run", () => {
    const names = ["config.json", "model.safetensors", "encoder.onnx", "decoder.onnx", "history.jsonl"];
    for (const name of names) expect(statSync(join(folder, "run", name)).size, name).toBeGreaterThan(0);
    expect(isPicture("run/plots/reconstructions.png")).toBe(true);
    expect(isPicture("run/plots/samples.png")).toBe(true);
  });

  it("names runs after the data, and says what to try next", async () => {
    const words = ["train", "tiny", "--hidden", "8", "--latent", "2", "--batch-size", "50", "--epochs", "2"];
    const first = await vaekit(folder, ...words);
    const second = await vaekit(folder, ...words);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stderr).toContain("training 64-8-2 on 275 examples of tiny, into runs/tiny-1");
    expect(first.stdout).toContain("runs/tiny-1: 10 iterations");
    expect(first.stdout).toContain("vaekit evaluate runs/tiny-1");
    expect(second.stdout).toContain("runs/tiny-2/plots/samples.png");
    const model = (n: number) => readFileSync(join(folder, `runs/tiny-${n}/model.safetensors`));
    expect(model(1).equals(model(2))).toBe(true);
  });
});

describe("evaluate", () => {
  it("agrees with the evaluation after training, and bounds the likelihood", async () => {
    const words = ["--samples", "100", "--nll-examples", "20", "--json"];
    const { code, stdout, stderr } = await vaekit(folder, "evaluate", "run", ...words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [result, ...more] = records(stdout) as Record<string, number>[];
    expect(more).toEqual([]);
    const { elbo, reconstruction, kl } = records(trained.stdout).at(-1)!;
    expect(result).toMatchObject({ type: "result", split: "test", examples: 60, elbo, reconstruction, kl });
    expect(result).toMatchObject({ nllExamples: 20, samples: 100, latent: LATENT });
    expect(result!.nll).toBeLessThan(-result!.elbo! + 5);
    expect(result!.nllStandardError).toBeGreaterThan(0);
    expect(result!.activeUnits).toBeGreaterThanOrEqual(1);
    expect(result!.activeUnits).toBeLessThanOrEqual(LATENT);
    const perDimension = result!.klPerDimension as unknown as number[];
    expect(perDimension.reduce((sum, each) => sum + each)).toBeCloseTo(result!.kl!, 6);
  });

  it("explains every number to a person", async () => {
    const words = ["--samples", "10", "--nll-examples", "1", "--split", "validation"];
    const { code, stdout } = await vaekit(folder, "evaluate", "run", ...words);
    expect(code).toBe(0);
    expect(stdout).toContain("run on 25 validation examples of tiny");
    expect(stdout).toMatch(/^ +KL +\d+\.\d\d +what the latent points tell/m);
    expect(stdout).toMatch(/^ +NLL +\d+\.\d\d +negative log-likelihood: lower is better$/m);
    expect(stdout).toContain("NLL by 10 importance samples on 1 examples");
  });

  it("writes null for a number that is not finite", async () => {
    const words = ["--samples", "10", "--nll-examples", "1", "--json"];
    const { stdout } = await vaekit(folder, "evaluate", "run", ...words);
    expect(records(stdout)[0]).toMatchObject({ nllStandardError: null });
  });

  it("warns of other data", async () => {
    writeTinyData(join(folder, "other"), { train: 120, test: 12 });
    const words = ["--data", "other", "--samples", "10", "--nll-examples", "5", "--json"];
    const { code, stdout, stderr } = await vaekit(folder, "evaluate", "run", ...words);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^vaekit: other is not what the run was trained on, .*tiny: compare with care\n$/);
    expect(records(stdout)[0]).toMatchObject({ data: "other", examples: 12 });
  });
});

describe("plot", () => {
  it("draws reconstructions into the run, again and again", async () => {
    const words = ["plot", "reconstructions", "run", "--indices", "5,1,5", "--zoom", "2", "--json"];
    const { code, stdout } = await vaekit(folder, ...words);
    expect(code).toBe(0);
    const file = "run/plots/reconstructions.png";
    // Three pairs of 8 × 8 at zoom 2, in gaps of 2.
    const [width, height] = [3 * 16 + 4 * 2, 2 * 16 + 3 * 2];
    expect(records(stdout)).toEqual([
      { type: "result", run: "run", kind: "reconstructions", file, width, height },
    ]);
    expect(isPicture(file)).toBe(true);
  });
});

describe("sample", () => {
  it("draws a picture", async () => {
    expect(await vaekit(folder, "sample", "run")).toMatchObject({
      code: 0,
      stdout: "run/plots/samples.png\n",
    });
    const { code, stdout } = await vaekit(folder, "sample", "run", "-n", "6", "--out", "made/six.png");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "made/six.png\n" });
    expect(isPicture("made/six.png")).toBe(true);
  });

  it("writes values, the same for the same seed", async () => {
    const values = async (name: string, ...words: string[]) => {
      const { code } = await vaekit(folder, "sample", "run", "-n", "4", "--out", name, ...words);
      expect(code).toBe(0);
      return readFileSync(join(folder, name), "utf8");
    };
    const first = await values("a.csv", "--seed", "1");
    expect(await values("b.csv", "--seed", "1")).toBe(first);
    expect(await values("c.csv", "--seed", "2")).not.toBe(first);
    const [header, ...rows] = cellsOf(first);
    expect(header?.at(-1)).toBe(`value_${PIXELS - 1}`);
    expect(rows.map((row) => row.length)).toEqual([PIXELS, PIXELS, PIXELS, PIXELS]);
    expect(rows.flat().every((cell) => Number(cell) >= 0 && Number(cell) <= 1)).toBe(true);
    const [one, ...others] = cellsOf(await values("mean.csv", "--temperature", "0")).slice(1);
    expect(others).toEqual([one, one, one]);
  });
});

describe("encode", () => {
  const HEADER = "index,label,mean_0,mean_1,mean_2,log_variance_0,log_variance_1,log_variance_2";

  it("writes CSV to stdout", async () => {
    const { code, stdout, stderr } = await vaekit(folder, "encode", "run", "tiny", "--split", "test");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [header, ...rows] = cellsOf(stdout);
    expect(header?.join()).toBe(HEADER);
    expect(rows.map(([index, label]) => [Number(index), Number(label)])).toEqual(
      Array.from({ length: 60 }, (_, index) => [index, index % 4]),
    );
  });

  it("writes all examples in the order of the files", async () => {
    const { code, stdout } = await vaekit(folder, "encode", "run", "tiny", "--out", "all.csv", "--json");
    expect(code).toBe(0);
    expect(records(stdout)).toMatchObject([
      { type: "result", examples: 360, latent: LATENT, file: "all.csv" },
    ]);
    const labels = cellsOf(readFileSync(join(folder, "all.csv"), "utf8"))
      .slice(1)
      .map(([, label]) => Number(label));
    const expected = [300, 60].flatMap((examples) =>
      Array.from({ length: examples }, (_, index) => index % 4),
    );
    expect(labels).toEqual(expected);
  });

  it("gives the same numbers as JSON", async () => {
    const json = await vaekit(folder, "encode", "run", "tiny", "--split", "validation", "--json");
    const csv = await vaekit(folder, "encode", "run", "tiny", "--split", "validation");
    const lines = records(json.stdout);
    expect(lines.at(-1)).toMatchObject({ type: "result", examples: 25, split: "validation" });
    const encoded = lines
      .slice(0, -1)
      .map(({ index, label, mean, logVariance }) =>
        [index, label, mean, logVariance].flat().map(Number).map(Math.fround),
      );
    const cells = cellsOf(csv.stdout)
      .slice(1)
      .map((row) => row.map(Number).map(Math.fround));
    expect(encoded).toEqual(cells);
  });

  it("does not mind when its reader goes away", async () => {
    const started = start(folder, ["encode", "run", "tiny"]);
    started.child.stdout!.destroy();
    expect(await started.ended).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("help", () => {
  it("is there at once", async () => {
    const times: number[] = [];
    for (let repeat = 0; repeat < 5; repeat++) {
      const begun = performance.now();
      const { code, stdout } = await vaekit(folder, "--help");
      times.push(performance.now() - begun);
      expect(code).toBe(0);
      for (const name of ["train", "evaluate", "plot", "sample", "encode"])
        expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
    expect(times.sort((a, b) => a - b)[2]).toBeLessThan(400);
  });

  it("explains each command, and knows the version", async () => {
    const { stdout } = await vaekit(folder, "help", "train");
    expect(stdout).toMatch(/--keep-probability <p> .*/);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "probability of keeping a hidden unit while training (a probability above 0, at most 1; default: 1)",
    );
    const version = await vaekit(folder, "--version");
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(join(folder, "help"))).toBe(false);
  });
});
