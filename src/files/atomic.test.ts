import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { finalName, isAbandoned, writeFileAtomic } from "./atomic.ts";
import { temporaryFolder } from "./testing/folder.ts";

/** Starts a process of its own, which can be killed, with `writeFileAtomic` in scope. */
async function start(folder: string, script: string) {
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  for (const name of ["common/errors", "files/file-error", "files/process", "files/atomic"]) {
    const source = await readFile(join(import.meta.dirname, "..", `${name}.ts`), "utf8");
    const compiled = ts.transpileModule(source, {
      compilerOptions: { ...options, rewriteRelativeImportExtensions: true },
    });
    await mkdir(join(folder, "code", name, ".."), { recursive: true });
    await writeFile(join(folder, "code", `${name}.js`), compiled.outputText);
  }
  await writeFile(join(folder, "code/package.json"), '{"type": "module"}');
  await writeFile(
    join(folder, "code/main.js"),
    `import fs from "node:fs/promises";
     import { syncBuiltinESMExports } from "node:module";
     const { writeFileAtomic } = await import("./files/atomic.js");
     ${script}`,
  );
  return spawn(process.execPath, [join(folder, "code/main.js")], { cwd: folder, stdio: "ignore" });
}

describe("writeFileAtomic", () => {
  test("writes text, bytes and parts, and leaves nothing else", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "file");
    await writeFileAtomic(path, "Grüße");
    expect(await readFile(path, "utf8")).toBe("Grüße");
    await writeFileAtomic(path, Uint8Array.of(1, 2));
    expect(await readFile(path)).toEqual(Buffer.of(1, 2));
    await writeFileAtomic(path, [Uint8Array.of(3), new Uint8Array(), Uint8Array.of(4, 5)]);
    expect(await readFile(path)).toEqual(Buffer.of(3, 4, 5));
    await writeFileAtomic(path, []);
    expect(await readFile(path)).toEqual(Buffer.of());
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("writes a file at the same time from several places without mixing them", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "file");
    const contents = ["a", "b", "c", "d"].map((letter) => letter.repeat(100_000));
    await Promise.all(contents.map((text) => writeFileAtomic(path, text)));
    expect(contents).toContain(await readFile(path, "utf8"));
    expect(await readdir(folder)).toEqual(["file"]);
  });

  test("keeps the old file when the process is killed between writing and renaming", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "old");
    const child = await start(
      folder,
      `fs.rename = () => process.kill(process.pid, "SIGKILL");
       syncBuiltinESMExports();
       await writeFileAtomic("file", "new");`,
    );
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
    expect(await readFile(join(folder, "file"), "utf8")).toBe("old");
    const left = (await readdir(folder)).filter((name) => name.endsWith(".tmp"));
    expect(left).toEqual([expect.stringMatching(new RegExp(`^file\\.${child.pid}-`))]);
    expect(left.map(isAbandoned)).toEqual([true]);
    expect(left.map(finalName)).toEqual(["file"]);
  });

  test("shows a whole file whenever the process is killed", async () => {
    const folder = await temporaryFolder();
    const path = join(folder, "file");
    for (const delay of [1, 7, 23]) {
      await rm(join(folder, "started"), { force: true });
      await writeFileAtomic(path, "a".repeat(1_000_000));
      const child = await start(
        folder,
        `await fs.writeFile("started", "");
         for (let i = 0; ; i++) await writeFileAtomic("file", (i % 2 ? "a" : "b").repeat(1_000_000));`,
      );
      while (!(await readdir(folder)).includes("started")) await sleep(5);
      await sleep(delay);
      child.kill("SIGKILL");
      await once(child, "exit");
      expect(await readFile(path, "utf8")).toMatch(/^(a{1000000}|b{1000000})$/);
    }
  });

  test("says in a sentence why a file cannot be written, and takes its temporary file away", async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, "taken"));
    await writeFile(join(folder, "file"), "");
    const refusals: [string, RegExp][] = [
      ["none/file", /^cannot write .*none\/file: it does not exist: check the path$/],
      ["file/file", /^cannot write .*file\/file: part of its path is a file, not a folder: check the path$/],
      ["taken", /^cannot write .*taken: it is a folder, not a file: check the path$/],
    ];
    for (const [name, message] of refusals) {
      const refusal = writeFileAtomic(join(folder, name), "new");
      await expect(refusal).rejects.toThrow(RunError);
      await expect(refusal).rejects.toThrow(message);
    }
    expect((await readdir(folder)).sort()).toEqual(["file", "taken"]);
  });
});

test("a temporary file is not abandoned while its writer lives", () => {
  expect(isAbandoned(`config.json.${process.ppid}-1.tmp`)).toBe(false);
  expect(isAbandoned("config.json")).toBe(false);
  expect(isAbandoned("notes.tmp")).toBe(false);
  expect(finalName("notes.tmp")).toBe("notes.tmp");
});
