import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeTinyData } from "../../src/cli/testing/tiny-data.ts";
import { frozenChains, SCRIPT } from "./processes.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-torture-"));
  writeTinyData(join(folder, "tiny"));
});

afterAll(() => rmSync(folder, { recursive: true }));

it("trainings that stand still at changes to files, again and again, end with the bytes of one that did not", async () => {
  const chains = await frozenChains(join(folder, "tiny"), folder, "60", "3");
  expect(chains.map(({ lost }) => lost)).toEqual(Array(3).fill([]));
  expect(chains.every(({ kills }) => kills > 0)).toBe(true);
}, 120_000);

it("a killed process leaves what the next one resumes", async () => {
  const run = join(folder, "killed");
  expect(await SCRIPT.start(folder, "train", run, { kill: 150 })).toMatchObject({ signal: "SIGKILL" });
  expect(await SCRIPT.start(folder, "resume", run)).toMatchObject({ code: 0, stderr: "" });
}, 120_000);
