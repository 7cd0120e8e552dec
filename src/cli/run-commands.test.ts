import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EvaluationRecord } from "../evaluate/record.ts";
import { evaluationTable } from "./evaluation-table.ts";
import { type Ended, records, start, vaekit } from "./testing/command-line.ts";
import { TINY_SIDE, writeTinyData } from "./testing/tiny-data.ts";
import { isPicture, TINY_LATENT, trainTinyRun } from "./testing/tiny-run.ts";

const PIXELS = TINY_SIDE ** 2;

let folder = "";
let trained: Ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-run-commands-"));
  trained = await trainTinyRun(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Cells of a CSV file, its header first. */
function cellsOf(csv: string): string[][] {
  return csv
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

describe("train --from", () => {
  it("begins with a checkpoint, the settings and the data of another run", async () => {
    const words = [
      "--from",
      "run",
      "--checkpoint",
      "200",
      "--max-iterations",
      "2",
      "--out",
      "begun",
      "--json",
    ];
    const { code, stdout } = await vaekit(folder, "train", ...words);
    expect(code).toBe(0);
    expect(records(stdout).at(-1)).toMatchObject({ run: "begun", iterations: 2, examples: 60 });
    const { origin, hyperparameters } = JSON.parse(readFileSync(join(folder, "begun/config.json"), "utf8"));
    expect(origin).toEqual({ run: join(folder, "run"), checkpoint: 200, iteration: 200 });
    expect(hyperparameters.batchSize).toBe(25);
  });

  it.each([
    [["--checkpoint", "last", "tiny"], "--checkpoint was given without --from"],
    [["--from", "run", "--resume", "run"], "both --resume and --from were given"],
    [["--from", "run", "--likelihood", "auto"], "both --from and --likelihood auto were given"],
    [["--from", "run", "--checkpoint", "7"], "run has no checkpoint of iteration 7: it has those of 200"],
    [
      ["--from", "run", "--latent", "9"],
      "the network is 64-32-9 for examples of 8×8×1 but that of run is 64-32-3",
    ],
  ])("refuses %j", async (words, sentence) => {
    const { code, stderr } = await vaekit(folder, "train", ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });
});

describe("evaluate", () => {
  it("agrees with the evaluation after training, and bounds the likelihood", async () => {
    const words = ["--samples", "100", "--nll-examples", "20", "--json"];
    const { code, stdout, stderr } = await vaekit(folder, "evaluate", "run", ...words);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^(vaekit: the likelihood has not converged: .*\n)?$/);
    const [result, ...more] = records(stdout) as Record<string, number>[];
    expect(more).toEqual([]);
    const { elbo, reconstruction, kl } = records(trained.stdout).at(-1)!;
    expect(result).toMatchObject({ type: "result", split: "test", examples: 60, elbo, reconstruction, kl });
    expect(result).toMatchObject({ nllExamples: 20, samples: 100, latent: TINY_LATENT });
    expect(result!.nll).toBeLessThan(-result!.elbo! + 5);
    expect(result!.nllStandardError).toBeGreaterThan(0);
    expect(result!.converged).toBe(stderr === "");
    const effective = result!.effectiveSampleSize as unknown as Record<string, number>;
    expect(effective.lowest5Percent).toBeLessThan(effective.median!);
    expect(result!.activeUnits).toBeGreaterThanOrEqual(1);
    expect(result!.activeUnits).toBeLessThanOrEqual(TINY_LATENT);
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

  it("holds the latent space beside PCA, unless asked not to", async () => {
    const words = ["evaluate", "run", "--samples", "5", "--nll-examples", "5"];
    const both = (await vaekit(folder, ...words)).stdout;
    const [, vae, pca] = /^ +squared error +(\S+) ± \S+ +(\S+) ± \S+/m.exec(both)!;
    expect(Number(vae)).toBeGreaterThan(Number(pca) / 2);
    expect(both).toMatch(/^ +5 neighbours +\d+\.\d % +labels of the nearest/m);
    expect(both).toMatch(/^ +5 neighbours +\d+\.\d % +\d+\.\d %$/m);
    expect(both).toContain("No NLL of PCA");
    const skipped = await vaekit(folder, ...words, "--skip-pca", "--json");
    expect(records(skipped.stdout)[0]).toMatchObject({ pca: null, latents: { aggregateExamples: 60 } });
    const quick = await vaekit(folder, ...words, "--quick", "--json");
    expect(records(quick.stdout)[0]).toMatchObject({ pca: null, latents: null });
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

/** Names of all numbers in a record: `a.b`, `a[].b`. */
function namesIn(value: unknown, name = ""): string[] {
  if (Array.isArray(value))
    return value.length > 0 ? [...new Set(value.flatMap((each) => namesIn(each, `${name}[]`)))] : [];
  if (value === null || typeof value !== "object") return [name];
  return Object.entries(value).flatMap(([key, each]) => namesIn(each, name ? `${name}.${key}` : key));
}

describe("docs/numbers.md", () => {
  it("explains every field of evaluate --json, and none that is not there", async () => {
    const { stdout } = await vaekit(
      folder,
      "evaluate",
      "run",
      "--samples",
      "5",
      "--nll-examples",
      "5",
      "--json",
    );
    const { type: _, ...record } = records(stdout)[0]!;
    const guide = readFileSync(new URL("../../docs/numbers.md", import.meta.url), "utf8");
    const rows = [...guide.matchAll(/^\| `([^`]+)` \|([^\n]*)$/gm)];
    const documented = rows.map(([, name]) => name!);
    // Objects that may be null have a line of their own; a likelihood that is a density is not in every record.
    const densities = ["pca.logLikelihood", "pca.logLikelihoodStandardError"];
    const found = [...namesIn(record), "latents", "pca", ...densities];
    expect([...documented].sort()).toEqual(found.sort());
    for (const [, name, cells] of rows) expect(cells!.split("|")[0]!.trim().length, name).toBeGreaterThan(5);
  });

  it("has the likelihood of principal components and bits where the model's is a density", async () => {
    const words = ["--likelihood", "gaussian", "--hidden", "8", "--latent", "2", "--max-iterations", "20"];
    await vaekit(folder, "train", "tiny", ...words, "--out", "gaussian");
    const { stdout } = await vaekit(folder, "evaluate", "gaussian", "--samples", "5", "--json");
    const record = records(stdout).at(-1) as unknown as EvaluationRecord;
    const { nll, nllExamples, bitsPerDimension, pca } = record;
    expect(nllExamples).toBe(60);
    expect(bitsPerDimension).toBeCloseTo(nll / (PIXELS * Math.LN2) + Math.log2(255), 6);
    const [, vae, principal] = /^ +NLL +(\S+) ± \S+ +(\S+) ± \S+/m.exec(evaluationTable(record).join("\n"))!;
    expect([vae, principal]).toEqual([nll.toFixed(2), (-pca!.logLikelihood!).toFixed(2)]);
  });
});

describe("train --likelihood auto", () => {
  it("says what it chose and why, and stores it", async () => {
    const words = ["--likelihood", "auto", "--hidden", "8", "--latent", "2", "--max-iterations", "2"];
    const { stdout, stderr, code } = await vaekit(
      folder,
      "train",
      "tiny",
      ...words,
      "--out",
      "auto",
      "--json",
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^likelihood continuous-bernoulli: values lie between 0 and 1, not only at the ends$/m,
    );
    expect(records(stdout).at(-1)).toMatchObject({
      likelihood: { type: "continuous-bernoulli" },
      likelihoodReason: "values lie between 0 and 1, not only at the ends",
    });
    const config = JSON.parse(readFileSync(join(folder, "auto/config.json"), "utf8"));
    expect(config.hyperparameters.likelihood).toEqual({ type: "continuous-bernoulli" });
    expect(config.model.likelihood).toEqual({ type: "continuous-bernoulli" });
  });
});

describe("score", () => {
  const words = ["score", "run", "--samples", "20"];

  it("has a line an example, and sorts the oddest first", async () => {
    const { stdout, code } = await vaekit(folder, ...words, "--sort", "logLikelihood");
    expect(code).toBe(0);
    const [header, ...lines] = stdout.trim().split("\n");
    expect(header).toBe("index,label,elbo,reconstruction,kl,logLikelihood,effectiveSampleSize");
    expect(lines).toHaveLength(60);
    const column = (name: string) =>
      lines.map((line) => Number(line.split(",")[header!.split(",").indexOf(name)]));
    expect(column("logLikelihood")).toEqual([...column("logLikelihood")].sort((a, b) => a - b));
    for (const [line, elbo] of column("elbo").entries())
      expect(elbo).toBeCloseTo(column("reconstruction")[line]! - column("kl")[line]!, 3);
    expect(Math.min(...column("effectiveSampleSize"))).toBeGreaterThanOrEqual(1);
  });

  it("writes Parquet with the numbers of the CSV, and replaces no file", async () => {
    await vaekit(folder, ...words, "--out", "scores.csv");
    const { code } = await vaekit(folder, ...words, "--out", "scores.parquet");
    expect(code).toBe(0);
    const bytes = readFileSync(join(folder, "scores.parquet"));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file });
    const lines = readFileSync(join(folder, "scores.csv"), "utf8").trim().split("\n").slice(1);
    expect(rows).toHaveLength(60);
    for (const [index, row] of rows.entries()) {
      const cells = Object.values(row as Record<string, number>).map(Number);
      for (const [column, cell] of lines[index]!.split(",").entries())
        expect(cells[column]).toBeCloseTo(Number(cell), 3);
    }
    const again = await vaekit(folder, ...words, "--out", "scores.parquet");
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("scores.parquet exists") });
  });
});

describe("plot", () => {
  it("draws reconstructions into the run, again and again", async () => {
    const words = ["plot", "reconstructions", "run", "--indices", "5,1,5", "--zoom", "2", "--json"];
    const { code, stdout } = await vaekit(folder, ...words);
    expect(code).toBe(0);
    const file = "run/plots/reconstructions.png";
    const [result] = records(stdout);
    expect(result).toMatchObject({ type: "result", run: "run", kind: "reconstructions", file });
    // At least three pairs of 8 × 8 at zoom 2, one above the other.
    expect(result).toMatchObject({ width: expect.any(Number), height: expect.any(Number) });
    expect(Number((result as { width: number }).width)).toBeGreaterThanOrEqual(3 * 16);
    expect(isPicture(join(folder, file))).toBe(true);
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
    expect(isPicture(join(folder, "made/six.png"))).toBe(true);
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
    const draws = cellsOf(await values("draws.csv", "--values", "draw")).slice(1);
    expect(new Set(draws.flat())).toEqual(new Set(["0", "1"]));
  });
});

describe("encode", () => {
  const HEADER = "index,label,mean_1,mean_2,mean_3,log_variance_1,log_variance_2,log_variance_3";

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
      { type: "result", examples: 360, latent: TINY_LATENT, file: "all.csv" },
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
