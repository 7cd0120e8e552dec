import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";
import { temporaryFolder } from "./testing/folder.ts";

describe("makeFolder", () => {
  test("makes what is missing, and takes what is there", async () => {
    const folder = await temporaryFolder();
    const deep = join(folder, "a/b/c");
    await Promise.all([makeFolder(deep), makeFolder(deep), makeFolder(join(folder, "a"))]);
    await makeFolder(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  test("refuses the name of a file", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "file"), "");
    await expect(makeFolder(join(folder, "file"))).rejects.toMatchObject({ code: "EEXIST" });
    await expect(makeFolder(join(folder, "file/below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  test.skipIf(process.platform !== "linux")("refuses where no folder can be made", async () => {
    await expect(makeFolder("/proc/vaekit/runs")).rejects.toMatchObject({ code: "ENOENT" });
  });
});
