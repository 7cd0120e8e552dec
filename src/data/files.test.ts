import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { listFolder, lookUp, readBytes } from "./files.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

describe("readBytes", () => {
  it("returns what is there", async () => {
    const folder = temporaryFolder({ file: Uint8Array.of(1, 2, 3) });
    expect(Array.from(await readBytes(join(folder, "file")))).toEqual([1, 2, 3]);
  });

  it("says why a file cannot be read, and what to do", async () => {
    const folder = temporaryFolder();
    await expect(readBytes(folder)).rejects.toThrow(
      new DataError(`${folder} cannot be read, it is a folder: pass a file inside it`),
    );
    await expect(readBytes(join(folder, "none"))).rejects.toThrow(
      new DataError(`${folder}/none cannot be read, it does not exist: check the path`),
    );
  });

  it("keeps the system's error as the cause", async () => {
    const error = await readBytes(temporaryFolder()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ cause: { code: "EISDIR" } });
  });
});

describe("lookUp", () => {
  it("tells files, folders and nothing apart", async () => {
    const folder = temporaryFolder({ file: "content" });
    expect((await lookUp(folder))?.isDirectory()).toBe(true);
    expect((await lookUp(join(folder, "file")))?.isFile()).toBe(true);
    expect(await lookUp(join(folder, "none"))).toBeUndefined();
    expect(await lookUp(join(folder, "file", "none"))).toBeUndefined();
  });
});

describe("listFolder", () => {
  it("sorts the names", async () => {
    expect(await listFolder(temporaryFolder({ b: "", a: "", c: "" }))).toEqual(["a", "b", "c"]);
  });

  it("explains a folder that is none", async () => {
    const file = join(temporaryFolder({ file: "" }), "file");
    await expect(listFolder(file)).rejects.toThrow(
      new DataError(`${file} cannot be read, the system says ENOTDIR: check the path and the disk`),
    );
  });
});
