import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import { RunDirectory } from "./directory.ts";
import { exampleConfig } from "./testing/config.ts";
import { exampleCheckpoint, exampleLayout, exampleModel } from "./testing/weights.ts";

const DEAD_PROCESS = 2 ** 30;

async function newRun(): Promise<RunDirectory> {
  const run = await RunDirectory.create(join(await temporaryFolder(), "run"));
  await run.writeConfig(exampleConfig);
  return run;
}

async function filesOf(path: string): Promise<string[]> {
  return (await readdir(path)).filter((name) => name !== "training.lock").sort();
}

async function touch(folder: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) await writeFile(join(folder, name), "");
}

describe("create", () => {
  test("makes a folder, parents too, that only one training may have", async () => {
    const path = join(await temporaryFolder(), "runs", "deep");
    const run = await RunDirectory.create(path);
    await expect(RunDirectory.create(path)).rejects.toThrow(/is being trained by process/);
    await run.close();
    await (await RunDirectory.create(path)).close();
    expect(await readdir(path)).toEqual([]);
  });

  test("lets one of many have it who ask at once", async () => {
    const path = join(await temporaryFolder(), "run");
    const results = await Promise.allSettled(
      Array.from({ length: 6 }, async () => (await RunDirectory.create(path)).writeConfig(exampleConfig)),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await filesOf(path)).toEqual(["checksums.jsonl", "config.json"]);
  });

  test("does not touch a run that is there", async () => {
    const run = await newRun();
    await run.close();
    await expect(RunDirectory.create(run.path)).rejects.toThrow(
      new RunError(
        `${run.path} already exists: pass \`force: true\` to replace it; npx vaekit train --resume ${run.path} resumes it`,
      ),
    );
    expect(await filesOf(run.path)).toEqual(["checksums.jsonl", "config.json"]);
  });

  test("does not move in with other files", async () => {
    const folder = await temporaryFolder();
    await touch(folder, "thesis.tex");
    await expect(RunDirectory.create(folder)).rejects.toThrow(
      new RunError(
        `${folder} already exists and holds other files: choose another folder, or pass \`force: true\` to put the run beside them`,
      ),
    );
    expect(await readdir(folder)).toEqual(["thesis.tex"]);
  });

  test("with force replaces what belongs to a run, and nothing else", async () => {
    const run = await newRun();
    await run.close();
    const elsewhere = await temporaryFolder();
    await touch(elsewhere, "kept.png");
    const ours = ["model.safetensors", "encoder.onnx", "decoder.onnx", "history.jsonl", "report.html"];
    await touch(run.path, ...ours, "checkpoint-00001000.safetensors", "checkpoint-123456789.safetensors");
    await touch(run.path, "events.out.tfevents.00000000.vaekit", `config.json.${DEAD_PROCESS}-1.tmp`);
    await symlink(elsewhere, join(run.path, "plots"));
    const theirs = [
      "checkpoint-best.safetensors",
      "config.json.bak",
      "model.onnx",
      "my-plots",
      "notes.txt",
      `notes.txt.${DEAD_PROCESS}-1.tmp`,
    ];
    await touch(run.path, ...theirs);
    const again = await RunDirectory.create(run.path, { force: true });
    expect(await filesOf(run.path)).toEqual(["checksums.jsonl", "config.json", ...theirs].sort());
    // Until the new configuration replaces the old one.
    expect(await again.readConfig()).toEqual(exampleConfig);
    expect(await readdir(elsewhere)).toEqual(["kept.png"]);
    await again.close();
  });

  test.each(["config.json", "plots", "report.html", "history.jsonl"])(
    "even with force does not replace another's %s",
    async (name) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, name), '{ "name": "another" }');
      await touch(folder, "notes.txt");
      for (const force of [false, true])
        await expect(RunDirectory.create(folder, { force })).rejects.toThrow(
          `${folder} is no run but holds ${name}, which a run would replace: choose another folder`,
        );
      expect(await readFile(join(folder, name), "utf8")).toBe('{ "name": "another" }');
      expect(await filesOf(folder)).toEqual([name, "notes.txt"].sort());
    },
  );

  test("with force puts a run beside other files", async () => {
    const folder = await temporaryFolder();
    await touch(folder, "thesis.tex");
    await (await RunDirectory.create(folder, { force: true })).close();
    expect(await readdir(folder)).toEqual(["thesis.tex"]);
  });

  test("with force deletes the pictures of the run before", async () => {
    const run = await newRun();
    await run.close();
    await mkdir(run.file("plots"));
    await touch(run.file("plots"), "manifold.png");
    await (await RunDirectory.create(run.path, { force: true })).close();
    expect(await filesOf(run.path)).toEqual(["checksums.jsonl", "config.json"]);
  });

  test("with force leaves at every moment what can be resumed or replaced", async () => {
    const run = await newRun();
    await run.writeModel(exampleModel());
    await run.close();
    // Killed after the old files went, before the new configuration was written.
    await (await RunDirectory.create(run.path, { force: true })).close();
    const resumed = await RunDirectory.resume(run.path);
    expect(await resumed.readConfig()).toEqual(exampleConfig);
    await resumed.close();
    const again = await RunDirectory.create(run.path, { force: true });
    await again.writeConfig({ ...exampleConfig, training: { ...exampleConfig.training, seed: 8 } });
    await again.close();
    expect((await again.readConfig()).training.seed).toBe(8);
  });

  test("takes a folder that a new run was killed in", async () => {
    const folder = await temporaryFolder();
    await touch(folder, "checksums.jsonl", `config.json.${DEAD_PROCESS}-0-77.tmp`);
    await (await RunDirectory.create(folder)).close();
    expect(await readdir(folder)).toEqual([]);
  });

  test("even with force leaves a run alone that is being trained", async () => {
    const run = await newRun();
    await expect(RunDirectory.create(run.path, { force: true })).rejects.toThrow(
      /is being trained by process/,
    );
    expect(await filesOf(run.path)).toEqual(["checksums.jsonl", "config.json"]);
    await run.close();
  });

  test("takes over what a killed process left of a new run", async () => {
    const folder = await temporaryFolder();
    await touch(folder, `config.json.${DEAD_PROCESS}-1.tmp`);
    await writeFile(join(folder, "training.lock"), "{}");
    await expect(RunDirectory.create(folder)).rejects.toThrow(/delete .*training\.lock/);
    await writeFile(join(folder, "training.lock"), await lockOf(DEAD_PROCESS));
    const run = await RunDirectory.create(folder);
    expect(await readdir(folder)).toEqual(["training.lock"]);
    await run.close();
  });

  test("says what is in the way", async () => {
    const folder = await temporaryFolder();
    await touch(folder, "file");
    const path = join(folder, "file");
    await expect(RunDirectory.create(path)).rejects.toThrow(
      new RunError(`${path} is a file: give the name of a folder`),
    );
    await expect(RunDirectory.create(join(path, "run"))).rejects.toThrow(
      /cannot make the folder .*: part of its/,
    );
  });
});

/** A lock as this process would have written it under another id. */
async function lockOf(process: number): Promise<string> {
  const run = await newRun();
  const lock = JSON.parse(await readFile(run.file("lock"), "utf8"));
  return JSON.stringify({ ...lock, process });
}

describe("open and resume", () => {
  test.each([RunDirectory.open, RunDirectory.resume])("refuse what is not a run %#", async (open) => {
    const folder = await temporaryFolder();
    const [none, file] = [join(folder, "none"), join(folder, "file")];
    await touch(folder, "file");
    await expect(open(none)).rejects.toThrow(
      new RunError(`${none} does not exist: give the folder of a run`),
    );
    await expect(open(file)).rejects.toThrow(new RunError(`${file} is a file: give the folder of a run`));
    await expect(open(folder)).rejects.toThrow(
      new RunError(`${folder} has no config.json: give the folder of a run`),
    );
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("a run can be read while it is being trained, but not trained twice", async () => {
    const run = await newRun();
    const reader = await RunDirectory.open(run.path);
    expect(await reader.readConfig()).toEqual(exampleConfig);
    await reader.close();
    await expect(RunDirectory.resume(run.path)).rejects.toThrow(/is being trained by process/);
    await run.close();
    await (await RunDirectory.resume(run.path)).close();
  });

  test("resuming cleans up what a killed process left", async () => {
    const run = await newRun();
    await run.close();
    const living = `model.safetensors.${process.ppid}-1.tmp`;
    await touch(run.path, `model.safetensors.${DEAD_PROCESS}-7.tmp`, living);
    const resumed = await RunDirectory.resume(run.path);
    expect(await filesOf(run.path)).toEqual(["checksums.jsonl", "config.json", living]);
    await resumed.close();
  });
});

test("holds a model", async () => {
  const run = await newRun();
  expect(await run.has("model")).toBe(false);
  await run.writeModel(exampleModel(1234));
  expect(await run.has("model")).toBe(true);
  expect(await run.readModel(exampleLayout)).toEqual(exampleModel(1234));
  await run.close();
});

test("holds checkpoints", async () => {
  const run = await newRun();
  await run.writeCheckpoint(exampleCheckpoint(10), exampleLayout);
  expect(await run.latestCheckpoint(exampleLayout)).toEqual({
    checkpoint: exampleCheckpoint(10),
    warnings: [],
  });
  await run.close();
});

test("has a history that continues where training does", async () => {
  const run = await newRun();
  const entry = { epoch: 1, best: true, elbo: -3, reconstruction: -2, kl: 1 };
  const history = await run.openHistory();
  for (const iteration of [1, 2, 3]) await history.add({ type: "validation", iteration, ...entry });
  await history.close();
  await (await run.openHistory(2)).close();
  expect((await run.readHistory()).map(({ iteration }) => iteration)).toEqual([1, 2]);
  await run.close();
});
