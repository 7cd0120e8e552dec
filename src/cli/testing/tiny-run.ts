import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vaekit } from "./command-line.ts";
import { writeTinyData } from "./tiny-data.ts";

export const TINY_LATENT = 3;

/** Trains on tiny data, by the command line: the data are in the folder `tiny`, the run in the folder `run`. */
export async function trainTinyRun(folder: string) {
  writeTinyData(join(folder, "tiny"));
  const sizes = ["--hidden", "32", "--latent", String(TINY_LATENT), "--batch-size", "25"];
  const course = ["--max-iterations", "200", "--log-every", "50", "--validate-every", "100"];
  return vaekit(folder, "train", "tiny", ...sizes, ...course, "--out", "run", "--json");
}

/** Whether a file begins as PNG files do. */
export function isPicture(path: string): boolean {
  return readFileSync(path).subarray(0, 8).toString("hex") === "89504e470d0a1a0a";
}
