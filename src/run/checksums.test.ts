import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { digestOf } from "../files/atomic.ts";
import { temporaryFolder } from "../files/testing/folder.ts";
import { addChecksum, adoptFiles, Checksums, readRunFile, writeRunFile } from "./checksums.ts";

async function runFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await adoptFiles(folder);
  return folder;
}

const log = (folder: string) => join(folder, "checksums.jsonl");

describe("a file of a run", () => {
  test("is read as it was written, and refused where any bit has changed", async () => {
    const folder = await runFolder();
    await writeRunFile(folder, "config.json", "{}\n");
    expect((await readRunFile(folder, "config.json")).toString()).toBe("{}\n");
    const path = join(folder, "config.json");
    for (let bit = 0; bit < 24; bit++) {
      const bytes = Buffer.from("{}\n");
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      await writeFile(path, bytes);
      await expect(readRunFile(folder, "config.json")).rejects.toThrow(
        new RunError(
          `${path} is damaged: its contents do not fit their checksum; restore it from a copy, or, if you changed it yourself, npx vaekit verify ${folder} --accept takes it as it is`,
        ),
      );
    }
    await writeFile(path, "{}");
    await expect(readRunFile(folder, "config.json")).rejects.toThrow(RunError);
  });

  test("is whole before and after its new name is given", async () => {
    const folder = await runFolder();
    await writeRunFile(folder, "config.json", "old");
    // A kill between the line and the renaming.
    await addChecksum(folder, "config.json", digestOf("new"));
    expect((await readRunFile(folder, "config.json")).toString()).toBe("old");
    await writeFile(join(folder, "config.json"), "new");
    expect((await readRunFile(folder, "config.json")).toString()).toBe("new");
  });

  test("needs a checksum where others have one, and none in runs of version 0.1", async () => {
    const folder = await runFolder();
    await writeFile(join(folder, "config.json"), "{}");
    await expect(readRunFile(folder, "config.json")).rejects.toThrow(/config\.json has no checksum, though/);
    await rm(log(folder));
    expect((await readRunFile(folder, "config.json")).toString()).toBe("{}");
    await writeRunFile(folder, "config.json", "[]");
    expect(await Checksums.read(folder)).toBeUndefined();
  });

  test("that grows is checked as far as it was safe", async () => {
    const folder = await runFolder();
    const path = join(folder, "history.jsonl");
    await writeFile(path, "one\ntwo\nthree\n");
    await addChecksum(folder, "history.jsonl", digestOf("one\n"), { grows: true });
    await addChecksum(folder, "history.jsonl", digestOf("one\ntwo\n"), { grows: true });
    expect((await readRunFile(folder, "history.jsonl")).length).toBe(14);
    for (const damaged of ["one\ntwo", "one\n", "one\ntwO\nthree\n", ""]) {
      await writeFile(path, damaged);
      await expect(readRunFile(folder, "history.jsonl")).rejects.toThrow(/history\.jsonl is damaged/);
    }
  });
});

describe("the checksums themselves", () => {
  test("survive a line that a crash cut off, at any character", async () => {
    const folder = await runFolder();
    await writeRunFile(folder, "config.json", "old");
    const before = await readFile(log(folder), "utf8");
    await addChecksum(folder, "config.json", digestOf("new"));
    const after = await readFile(log(folder), "utf8");
    for (let length = before.length; length < after.length; length += 9) {
      await writeFile(log(folder), after.slice(0, length));
      expect((await readRunFile(folder, "config.json")).toString()).toBe("old");
    }
    await addChecksum(folder, "config.json", digestOf("newer"));
    expect((await readFile(log(folder), "utf8")).startsWith(before)).toBe(true);
    await writeFile(join(folder, "config.json"), "newer");
    expect((await readRunFile(folder, "config.json")).toString()).toBe("newer");
  });

  test("are named where a bit of a line has changed", async () => {
    const folder = await runFolder();
    await writeRunFile(folder, "config.json", "{}");
    const whole = await readFile(log(folder));
    for (let at = 0; at < whole.length - 1; at++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << (at % 7);
      await writeFile(log(folder), bytes);
      await expect(Checksums.read(folder)).rejects.toThrow(/^line 1 of .*checksums\.jsonl is damaged/);
    }
    await writeFile(log(folder), whole);
    await appendFile(log(folder), "what is no line\n");
    await expect(readRunFile(folder, "config.json")).rejects.toThrow(/^line 2 of .*is damaged/);
  });
});
