import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunError } from "../common/errors.ts";
import { openData } from "../data/open.ts";
import { storedRows } from "../data/testing/stored-rows.ts";
import { RunDirectory } from "../run/directory.ts";
import { trainRun } from "../tasks/train.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { formatNats } from "./format.ts";
import { exampleData } from "./testing/report-data.ts";
import { writeReport } from "./write-report.ts";

let folder: string;
let data: string;
let run: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-report-"));
  data = join(folder, "stripes <b>-idx3-ubyte");
  const made = stripes(200);
  const { examples } = made;
  const rows = storedRows(made);
  const header = new DataView(new ArrayBuffer(16));
  for (const [index, value] of [0x803, examples, 4, 4].entries()) header.setInt32(4 * index, value);
  await writeFile(data, Buffer.concat([new Uint8Array(header.buffer), rows as Uint8Array]));
  run = join(folder, "a & b");
  const training = { maxIterations: 60, logEvery: 10, validateEvery: 20, seed: 3 };
  const hyperparameters = { batchSize: 16, keepProbability: 0.9 };
  const request = { data, architecture: [16, 12, 2], hyperparameters, training, directory: run };
  await (await trainRun(request)).vae.dispose();
  await mkdir(join(run, "plots"));
  const dot = sharp({ create: { width: 8, height: 8, channels: 3, background: "#abcdef" } });
  await writeFile(join(run, "plots", "samples.png"), await dot.png().toBuffer());
});

afterAll(() => rm(folder, { recursive: true }));

async function documentOf(path: string): Promise<Document> {
  return parseHTML(await readFile(path, "utf8")).document;
}

describe("writeReport", () => {
  it("tells of a run what it holds, and the ELBO on its test split", async () => {
    const path = await writeReport(run);
    expect(path).toBe(join(run, "report.html"));
    const document = await documentOf(path);
    const { test } = await openData(data, { splits: ["test"] });
    const vae = await VAE.load(run);
    const { elbo, kl } = await vae.elbo(test, { seed: 3 });
    await vae.dispose();
    const values = [...document.querySelectorAll(".tile .value")].map(({ textContent }) => textContent);
    expect(values[0]).toBe(formatNats(elbo));
    expect(values[2]).toBe(formatNats(kl));
    expect(document.querySelector(".kind")!.textContent).toBe("a & b");
    expect(document.querySelector("h1")!.textContent).toContain("stripes <b>-idx3-ubyte");
    expect(document.querySelectorAll(".charts svg").length).toBeGreaterThanOrEqual(3);
    // The picture in the folder of pictures is one that the page draws anew.
    expect(document.querySelectorAll(".band img").length).toBe(8);
    expect(document.querySelectorAll(".halves img")).toHaveLength(2);
    expect(document.querySelectorAll("svg[data-points]")).toHaveLength(1);
    const points = JSON.parse(document.querySelector("svg[data-points]")!.getAttribute("data-points")!);
    expect(points).toHaveLength(test.examples);
    expect(points[3][2]).toMatch(/^example 3 at −?[\d.]+, −?[\d.]+$/);
    expect(document.querySelector("pre")!.textContent).toContain("--keep-probability 0.9");
    const explorer = document.querySelector("script#explorer")!.textContent!;
    expect(JSON.parse(explorer)).toContain('id="run"');
    expect((await readFile(path)).length - explorer.length).toBeLessThan(250_000);
  });

  it("replaces a report, leaves nothing else behind, and repeats itself", async () => {
    const path = await writeReport(run);
    const before = await readFile(path, "utf8");
    const files = await readdir(run);
    await writeFile(path, "old");
    await writeReport(run);
    expect(await readFile(path, "utf8")).toBe(before);
    expect(await readdir(run)).toEqual(files);
  });

  it("takes numbers that are known already", async () => {
    const { evaluation } = exampleData();
    const given = typeof evaluation === "string" ? undefined : evaluation;
    const document = await documentOf(await writeReport(run, { evaluation: given }));
    expect(document.querySelector(".tile .value")!.textContent).toBe("−152.71");
  });

  it("says why there are no numbers when the data are gone, or others", async () => {
    await rename(data, `${data}.away`);
    const gone = await documentOf(await writeReport(run));
    expect(gone.querySelector(".note")!.textContent).toMatch(/^There are no numbers: .*stripes/);
    const bytes = await readFile(`${data}.away`);
    await writeFile(
      data,
      bytes.map((byte, at) => (at < 16 ? byte : byte ^ 1)),
    );
    const changed = await documentOf(await writeReport(run));
    expect(changed.querySelector(".note")!.textContent).toMatch(/has changed since the model was trained/);
    await rename(`${data}.away`, data);
  });

  it("refuses a folder that is no run, and a run without a model", async () => {
    await expect(writeReport(join(folder, "none"))).rejects.toThrow(RunError);
    const config = await (await RunDirectory.open(run)).readConfig();
    const begun = await RunDirectory.create(join(folder, "begun"));
    await begun.writeConfig(config);
    await begun.close();
    await expect(writeReport(begun.path)).rejects.toThrow(/has no model yet/);
  });
});
