import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { temporaryFolder } from "../data/testing/temporary-folder.ts";
import { vaekit } from "./testing/command-line.ts";

it("trains on a table with labels and categories, and reads it alike afterwards", async () => {
  const rows = Array.from(
    { length: 120 },
    (_, i) => `p${i},${i / 7},${["red", "blue", "white"][i % 3]},${["a", "b"][i % 5 ? 0 : 1]}`,
  );
  const folder = temporaryFolder({ "t.csv": ["id,height,colour,class", ...rows].join("\n") });
  const out = join(folder, "run");
  const size = ["--hidden", "8", "--latent", "2", "--max-iterations", "20"];
  const trained = await vaekit(
    ".",
    ...["train", join(folder, "t.csv"), "--label", "class", "--likelihood", "auto", ...size, "--out", out],
  );
  expect(trained.code, trained.stderr).toBe(0);
  const { data, hyperparameters } = JSON.parse(readFileSync(join(out, "config.json"), "utf8"));
  expect(data.decoding).toMatchObject({
    label: "class",
    labelNames: ["a", "b"],
    categories: { colour: ["blue", "red", "white"] },
  });
  expect(hyperparameters.batchSize).toBe(data.examples.train);
  const judged = await vaekit(".", ...["evaluate", out, "--skip-pca", "--json"]);
  expect(judged.code, judged.stderr).toBe(0);
  expect(judged.stderr).not.toContain("has changed");
  const others = ["id,height,colour,class", ...rows].join("\n").replace("blue", "green");
  const other = join(temporaryFolder({ "o.csv": others }), "o.csv");
  const refused = await vaekit(".", "score", out, other);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain(
    "has the category 'green' in column 'colour', which the other data do not have",
  );
});

it("takes a batch of all rows where there are fewer than 128, and none where one is asked for", async () => {
  const data = join(
    temporaryFolder({
      d: idxFile(
        "uint8",
        [100, 8],
        Uint8Array.from({ length: 800 }, (_, i) => i % 2),
      ),
    }),
    "d",
  );
  const size = ["--hidden", "8", "--latent", "2", "--max-iterations", "5"];
  const trained = await vaekit(".", ...["train", data, ...size, "--out", `${data}-run`]);
  expect(trained.code, trained.stderr).toBe(0);
  const refused = await vaekit(
    ".",
    ...["train", data, ...size, "--batch-size", "128", "--out", `${data}-run2`],
  );
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain("--batch-size is 128 but d has 80 examples to train on");
});

it("refuses kinds of columns that there are not", async () => {
  const folder = temporaryFolder({ "t.csv": "a,b\n1,2\n" });
  const { code, stderr } = await vaekit(".", ...["train", join(folder, "t.csv"), "--column", "a=counts"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--column says that 'a' is counts (did you mean count?): kinds are real, count,");
});

describe("a table with names, classes, categories and dates", () => {
  const COLOURS = ["red", "blue", "white"];
  const lines = Array.from({ length: 120 }, (_, i) => {
    const day = new Date(Date.UTC(2024, 0, 1 + i)).toISOString().slice(0, 10);
    return `patient-${i},${(i / 7).toFixed(3)},${COLOURS[i % 3]},${i % 9},${day},${["a", "b"][i % 5 ? 0 : 1]}`;
  });
  const header = "who,height,colour,visits,seen,class";
  const fewer = lines.slice(3, 11).map((line) => `${line.slice(0, line.lastIndexOf(","))},extra`);
  const folder = mkdtempSync(join(tmpdir(), "vaekit-table-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const linesOf = (name: string) =>
    readFileSync(at(name), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));

  beforeAll(async () => {
    writeFileSync(at("t.csv"), [header, ...lines].join("\n"));
    writeFileSync(at("new.csv"), [header.replace("class", "note"), ...fewer].join("\n"));
    const size = ["--hidden", "8", "--latent", "2", "--max-iterations", "60", "--likelihood", "auto"];
    const { code, stderr } = await vaekit(
      folder,
      ...["train", "t.csv", "--label", "class", ...size, "--out", "run"],
    );
    expect(code, stderr).toBe(0);
  });

  it("is scored and encoded by name, in the order of the file, also few rows without labels", async () => {
    const scored = await vaekit(folder, "score", "run", "new.csv", "--samples", "5", "--out", "scores.csv");
    expect(scored.code, scored.stderr).toBe(0);
    expect(scored.stderr).toContain("left out, as the model's data do not have them: note");
    expect(linesOf("scores.csv").map(([, name]) => name)).toEqual([
      "name",
      ...fewer.map((line) => line.split(",")[0]),
    ]);
    for (const out of ["codes.npy", "codes.parquet", "codes.csv"]) {
      const encoded = await vaekit(folder, "encode", "run", "t.csv", "--label", "class", "--out", out);
      expect(encoded.code, encoded.stderr).toBe(0);
    }
    expect(linesOf("codes.csv").map(([, name]) => name)).toEqual([
      "name",
      ...lines.map((line) => line.split(",")[0]),
    ]);
  });

  it("is given back with its names, categories, counts and dates", async () => {
    const again = await vaekit(folder, "reconstruct", "run", "t.csv", "--out", "again.csv");
    expect(again.code, again.stderr).toBe(0);
    const [names, ...rows] = linesOf("again.csv");
    expect(names!.join()).toBe("who,class,height,colour,visits,seen");
    expect(rows.map(([who]) => who)).toEqual(lines.map((line) => line.split(",")[0]));
    for (const [, kind, height, colour, visits, seen] of rows) {
      expect(["a", "b"]).toContain(kind);
      expect(Number.isFinite(Number(height))).toBe(true);
      expect(COLOURS).toContain(colour);
      expect(Number.isInteger(Number(visits))).toBe(true);
      expect(seen).toMatch(/^20\d\d-\d\d-\d\d$/);
    }
    const days = rows.map((row) => Date.parse(row[5]!) / 86_400_000);
    expect(Math.min(...days)).toBeGreaterThan(Date.UTC(2023, 6, 1) / 86_400_000);
    await vaekit(folder, "encode", "run", "t.csv", "--out", "points.csv");
    for (const latents of ["points.csv", "codes.npy"]) {
      const decoded = await vaekit(folder, "decode", "run", latents, "--out", "decoded.csv", "--force");
      expect(decoded.code, decoded.stderr).toBe(0);
      const columns = latents === "points.csv" ? [0, 2, 3, 4, 5] : [2, 3, 4, 5];
      expect(linesOf("decoded.csv").slice(1)).toEqual(rows.map((row) => columns.map((each) => row[each])));
    }
    const sampled = await vaekit(folder, "sample", "run", "-n", "7", "--out", "s.csv");
    expect(sampled.code, sampled.stderr).toBe(0);
    expect(linesOf("s.csv")[0]!.join()).toBe("height,colour,visits,seen");
  });

  it("refuses flags that contradict the run, and outputs that its data are not", async () => {
    const contradicting = await vaekit(folder, "score", "run", "t.csv", "--column", "visits=real");
    expect(contradicting).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("'visits' is real, but in the run's data it is count"),
    });
    for (const [out, said] of [
      ["made.wav", "not trained on a folder of sounds"],
      ["made", "neither images nor sounds"],
      ["made.txt", "must end in .csv, .parquet, .npy, .png or .wav"],
    ] as const) {
      const refused = await vaekit(folder, "reconstruct", "run", "t.csv", "--out", out);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
      expect(existsSync(at(out))).toBe(false);
    }
  });
});
