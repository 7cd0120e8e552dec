import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { main } from "./program.ts";
import { records, start, TextStream, vaekit, written } from "./testing/command-line.ts";
import { writeTinyData } from "./testing/tiny-data.ts";

const COURSE = ["--max-iterations", "6000", "--log-every", "500", "--checkpoint-every", "1000"];
const WORDS = ["train", "tiny", "--hidden", "16", "--latent", "2", "--batch-size", "25", ...COURSE, "--json"];

let folder = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-interruption-"));
  writeTinyData(join(folder, "tiny"));
  expect((await vaekit(folder, ...WORDS, "--out", "whole")).code).toBe(0);
});

afterAll(() => rmSync(folder, { recursive: true }));

const model = (run: string) => readFileSync(join(folder, run, "model.safetensors"));

async function expectGoesOnAsIfNothingHadHappened(run: string): Promise<void> {
  const { code, stdout } = await vaekit(folder, "train", "--resume", run, "--json");
  expect(code).toBe(0);
  const lines = records(stdout);
  expect(lines[0]).toMatchObject({ type: "start" });
  expect(lines[0]!.iteration).toBeGreaterThanOrEqual(500);
  expect(lines[0]!.iteration).toBeLessThan(6000);
  expect(lines.at(-1)).toMatchObject({ type: "result", iterations: 6000, reason: "finished" });
  expect(model(run).equals(model("whole"))).toBe(true);
}

it.each([
  ["SIGINT", 130],
  ["SIGTERM", 130],
  ["SIGHUP", 129],
] as const)("%s ends with a checkpoint, from which training goes on", async (signal, exitCode) => {
  const started = start(folder, [...WORDS, "--out", signal]);
  await written(started, '"iteration":500,');
  started.child.kill(signal);
  const { code, stdout, stderr } = await started.ended;
  expect(code).toBe(exitCode);
  expect(stderr).toMatch(
    new RegExp(`^interrupted after [\\d,]+ iterations; .*\\n +npx vaekit train --resume ${signal}\\n$`),
  );
  expect(records(stdout).at(-1)).toMatchObject({ type: "result", reason: "aborted" });
  await expectGoesOnAsIfNothingHadHappened(signal);
});

it("a killed training goes on from its last checkpoint", async () => {
  const started = start(folder, [...WORDS, "--out", "killed"]);
  await written(started, '"iteration":2000,');
  started.child.kill("SIGKILL");
  expect((await started.ended).code).toBe(null);
  await expectGoesOnAsIfNothingHadHappened("killed");
});

describe.each([
  ["a moment later", (done: (error: Error) => void) => setImmediate(() => done(full()))],
  [
    "at once",
    () => {
      throw full();
    },
  ],
])("a full disk behind stdout, told %s", (_, write) => {
  const run = async (words: string[]) => {
    process.chdir(folder);
    const stdout = new Writable({ write: (_chunk, _encoding, done) => write(done) });
    const stderr = new TextStream();
    const code = await main(words, { stdout, stderr, signal: new AbortController().signal });
    return { code, stderr: stderr.text };
  };

  it("ends what writes there with a sentence", async () => {
    expect(await run(["encode", "whole", "tiny"])).toEqual({
      code: 1,
      stderr: "vaekit: cannot write to stdout: the disk is full: free some space and try again\n",
    });
  });

  it("harms no training", async () => {
    cpSync(join(folder, "whole"), join(folder, "longer"), { recursive: true });
    const { code, stderr } = await run(["train", "--resume", "longer", "--max-iterations", "6050", "--json"]);
    expect(code).toBe(0);
    expect(stderr).toContain("cannot write to stdout: the disk is full");
    rmSync(join(folder, "longer"), { recursive: true });
  });
});

const full = () => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

it("an interrupted evaluation ends", async () => {
  const started = start(folder, ["evaluate", "whole", "--samples", "1000000", "--nll-examples", "20"]);
  const timer = setTimeout(() => started.child.kill("SIGINT"), 2000);
  const { code, stdout, stderr } = await started.ended;
  clearTimeout(timer);
  expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
  expect(stderr).toMatch(/vaekit: interrupted\n$/);
});
