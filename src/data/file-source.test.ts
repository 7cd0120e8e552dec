import { symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileSource, filesMatching, folderSource } from "./file-source.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

describe("fileSource", () => {
  it("reads any part of a file", async () => {
    const folder = temporaryFolder({ a: "0123456789" });
    const source = await fileSource(join(folder, "a"));
    expect(source.size).toBe(10);
    expect(Buffer.from(await source.read(3, 6)).toString()).toBe("345");
    expect(await source.read(4, 4)).toHaveLength(0);
    await expect(source.read(8, 12)).rejects.toThrow("ends before byte 12");
  });

  it("refuses what is no file", async () => {
    const folder = temporaryFolder();
    await expect(fileSource(folder)).rejects.toThrow(`${folder} is a folder: pass a file`);
    await expect(fileSource(join(folder, "none"))).rejects.toThrow("none does not exist");
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((done) => server.listen(join(folder, "s"), done));
    await expect(fileSource(join(folder, "s"))).rejects.toThrow("s is a socket: pass a file");
  });
});

describe("folderSource", () => {
  it("lists files below it by code point, and no hidden ones", async () => {
    const folder = temporaryFolder({ "b/2": "x", "b/.x": "", ".git/c": "", a: "", B: "" });
    symlinkSync(join(folder, "nowhere"), join(folder, "broken"));
    const { paths, open } = await folderSource(folder);
    expect(paths).toEqual(["B", "a", "b/2"]);
    expect((await open("b/2")).size).toBe(1);
  });

  it("refuses links that lead round in a circle", async () => {
    const folder = temporaryFolder({ "a/b": "" });
    symlinkSync(folder, join(folder, "a", "up"));
    await expect(folderSource(folder)).rejects.toThrow("leads round in a circle");
  });
});

describe("filesMatching", () => {
  it.each([
    ["*.csv", ["1.csv", "2.csv"]],
    ["[1]*", ["1.csv"]],
    ["[!1].csv", ["2.csv"]],
    ["in/?.csv", ["in/3.csv"]],
    ["**/*.csv", ["1.csv", "2.csv", "in/3.csv"]],
    ["no/*.csv", []],
    ["*.(csv)", []],
  ])("%s", async (pattern, names) => {
    const folder = temporaryFolder({ "1.csv": "", "2.csv": "", "in/3.csv": "", "x.txt": "" });
    expect(await filesMatching(join(folder, pattern))).toEqual(names.map((name) => join(folder, name)));
  });
});
