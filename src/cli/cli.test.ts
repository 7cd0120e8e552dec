import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, records, spawned, vaekit } from "./testing/command-line.ts";
import { TINY_SIDE, tinyPixels } from "./testing/tiny-data.ts";
import { isPicture, trainTinyRun } from "./testing/tiny-run.ts";

let folder = "";
let trained: Ended;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-cli-"));
  trained = await trainTinyRun(folder);
});

afterAll(() => rmSync(folder, { recursive: true }));

const entropy = (p: number) => (p > 0 && p < 1 ? -p * Math.log(p) - (1 - p) * Math.log(1 - p) : 0);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Bernoulli log-likelihood of the test images, in nats each, by their mean image, and by each image itself. */
function boundsOfElbo(): readonly [number, number] {
  const examples = 60;
  const pixels = tinyPixels(examples).map((value) => value / 255);
  const size = TINY_SIDE ** 2;
  const mean = Array.from(
    { length: size },
    (_, at) => sum(pixels.filter((_, i) => i % size === at)) / examples,
  );
  return [-sum(mean.map(entropy)), -sum(pixels.map(entropy)) / examples];
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
      plots: ["run/plots/reconstructions.png", "run/plots/samples.png", "run/plots/traversal.png"],
      report: "run/report.html",
    });
    // Weights and biases of 64-32-2·3 and 3-32-64.
    expect(result.parameters).toBe(64 * 32 + 32 + 32 * 6 + 6 + (3 * 32 + 32 + 32 * 64 + 64));
    expect(elbo).toBeCloseTo(reconstruction! - kl!, 6);
    expect(kl).toBeGreaterThan(0);
    const [worst, best] = boundsOfElbo();
    expect(elbo).toBeGreaterThan(worst);
    expect(reconstruction).toBeLessThan(best);
    expect(result.seconds).toBeGreaterThan(0);
  });

  it("leaves a whole run", () => {
    const names = ["config.json", "model.safetensors", "encoder.onnx", "decoder.onnx", "history.jsonl"];
    for (const name of names) expect(statSync(join(folder, "run", name)).size, name).toBeGreaterThan(0);
    expect(isPicture(join(folder, "run/plots/reconstructions.png"))).toBe(true);
    expect(isPicture(join(folder, "run/plots/samples.png"))).toBe(true);
  });

  it("names runs after the data, two at once too, and says what to try next", async () => {
    const words = ["train", "tiny", "--hidden", "8", "--latent", "2", "--batch-size", "50", "--epochs", "2"];
    const both = [vaekit(folder, ...words), vaekit(folder, ...words, "--tensorboard")] as const;
    const [plain, charted] = await Promise.all(both);
    expect(plain).toMatchObject({ code: 0 });
    const begun = /training 64-8-2 on 275 examples of tiny, into (runs\/tiny-[12])\n/;
    const [one, other] = [plain, charted].map(({ stderr }) => begun.exec(stderr)![1]!) as [string, string];
    expect([one, other].sort()).toEqual(["runs/tiny-1", "runs/tiny-2"]);
    expect(plain.stdout).toContain(`${one}: 10 iterations`);
    expect(plain.stdout).toContain(`vaekit evaluate ${one}`);
    expect(charted.stdout).toContain(`${other}/plots/samples.png`);
    const model = (run: string) => readFileSync(join(folder, run, "model.safetensors"));
    expect(model(one).equals(model(other))).toBe(true);
    const charts = (run: string) => readdirSync(join(folder, run)).filter((name) => /tfevents/.test(name));
    expect(charts(one)).toEqual([]);
    expect(charts(other)).toHaveLength(1);
  });
});

describe("help", () => {
  it("is there at once", async () => {
    const times: number[] = [];
    for (let repeat = 0; repeat < 5; repeat++) {
      const begun = performance.now();
      const { code, stdout } = await spawned(folder, "--help");
      times.push(performance.now() - begun);
      expect(code).toBe(0);
      for (const name of ["train", "evaluate", "plot", "sample", "encode"])
        expect(stdout).toMatch(new RegExp(`^ {2}${name} `, "m"));
    }
    // The fastest: what else the machine does is not measured.
    expect(Math.min(...times)).toBeLessThan(400);
  });

  it("explains each command, and knows the version", async () => {
    const { stdout } = await vaekit(folder, "help", "train");
    expect(stdout).toMatch(/--keep-probability <p> .*/);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "probability of keeping a hidden unit while training (a probability above 0, at most 1; default: 1)",
    );
    const version = await vaekit(folder, "--version");
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(await vaekit(folder, "-v")).toEqual(version);
  });

  it.each([
    ["train", "--help"],
    ["train", "-h"],
    ["--help", "train"],
    ["-h", "train"],
    ["help", "--verbose", "train"],
  ])("of a command is there with %s %s", async (...words) => {
    expect(await vaekit(folder, ...words)).toEqual(await vaekit(folder, "help", "train"));
  });

  it.each([[], ["-h"], ["help"], ["help", "help"]])("of all commands is there with %j", async (...words) => {
    expect(await vaekit(folder, ...words)).toEqual(await vaekit(folder, "--help"));
  });

  it("is 80 columns wide where no terminal says otherwise", async () => {
    const { stdout } = await vaekit(folder, "train", "-h");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });
});
