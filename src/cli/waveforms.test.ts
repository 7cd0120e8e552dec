import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { idxFile } from "../data/testing/idx-file.ts";
import { records, vaekit } from "./testing/command-line.ts";
import { isPicture } from "./testing/tiny-run.ts";

const EXAMPLES = 400;
/** Odd, and no multiple of the strides. */
const LENGTH = 51;
const SIZES = ["--network", "conv", "--channels", "8,12", "--kernel", "5", "--hidden", "24", "--latent", "2"];
const NOISE = ["--likelihood", "gaussian", "--sigma", "0.2", "--batch-size", "32"];

let folder: string;

/** Two tones of any phase, [examples, length]. */
function waveforms(): Float32Array {
  return Float32Array.from({ length: EXAMPLES * LENGTH }, (_, index) => {
    const example = Math.floor(index / LENGTH);
    const phase = (example * 2.399963) % (2 * Math.PI);
    return Math.sin((2 * Math.PI * (1 + (example % 2)) * (index % LENGTH)) / 25 + phase);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vaekit-waveforms-"));
  await writeFile(join(folder, "waves.idx"), idxFile("float32", [EXAMPLES, LENGTH], waveforms()));
});

afterAll(() => rm(folder, { recursive: true }));

it("learns waveforms by convolutions of sequences, and resumes", async () => {
  const words = ["waves.idx", ...SIZES, ...NOISE, "--max-iterations", "300", "--out", "run", "--json"];
  const first = await vaekit(folder, "train", ...words);
  expect(first.stderr).toBe("");
  const result = records(first.stdout).at(-1)!;
  const { model } = JSON.parse(await readFile(join(folder, "run", "config.json"), "utf8"));
  expect(model.encoder[0]).toMatchObject({ type: "conv1d", channels: 8, kernel: 5, stride: 2 });
  expect(model.head).toMatchObject({ type: "convTranspose1d", channels: 1, size: [51] });
  // With z = 0 the error of each of 51 values is ½/0.2² nats or so: about −640. Known exactly, it would be +35.
  expect(result.elbo).toBeGreaterThan(-150);
  for (const name of ["reconstructions", "samples", "tableau"])
    expect(isPicture(join(folder, "run", "plots", `${name}.png`))).toBe(true);

  const more = await vaekit(folder, "train", "--resume", "run", "--max-iterations", "320", "--kernel", "5");
  expect(more.code, more.stderr).toBe(0);
  const other = await vaekit(folder, "train", "--resume", "run", "--max-iterations", "330", "--kernel", "3");
  expect(other.code).toBe(2);
  expect(other.stderr).toMatch(/^vaekit: --architecture is .*"kernel":3.* but the run has .*"kernel":5/);
});

it("refuses flags of convolutions without them", async () => {
  const { code, stderr } = await vaekit(folder, "train", "waves.idx", ...NOISE, "--channels", "8");
  expect(code).toBe(2);
  expect(stderr).toBe(
    "vaekit: --channels was given but has no effect on a dense network: add --network conv\n",
  );
});
