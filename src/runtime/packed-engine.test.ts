import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unpackedEngine } from "./packed-engine.ts";

describe("unpackedEngine", () => {
  const library = Buffer.from("a library");
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "vaekit-engines-"));
    cache = mkdtempSync(join(tmpdir(), "vaekit-cache-"));
    const sha256 = createHash("sha256").update(library).digest("hex");
    const libraries = { "linux-x64": { name: "lib.so", bytes: library.length, sha256 } };
    writeFileSync(join(folder, "engines.json"), JSON.stringify({ version: "1.2.3", libraries }));
    writeFileSync(join(folder, "linux-x64.br"), brotliCompressSync(library));
  });
  afterEach(() => {
    for (const path of [folder, cache]) rmSync(path, { recursive: true });
  });
  const unpacked = (system = "linux") => unpackedEngine(system, "x64", folder, cache);

  it("unpacks the library once, in the place of its packed file", () => {
    const path = unpacked();
    expect(path).toBe(join(folder, "linux-x64", "lib.so"));
    expect(readFileSync(path!)).toEqual(library);
    expect(readdirSync(folder).sort()).toEqual(["engines.json", "linux-x64"]);
    expect(unpacked()).toBe(path);
    expect(readdirSync(join(folder, "linux-x64"))).toEqual(["lib.so"]);
  });

  it("unpacks into the cache where the package cannot be written", () => {
    // A file where the folder would be: permissions do not stop root.
    writeFileSync(join(folder, "linux-x64"), "");
    expect(unpacked()).toBe(join(cache, "vaekit", "onnxruntime-1.2.3-linux-x64", "lib.so"));
    rmSync(cache, { recursive: true });
    writeFileSync(cache, "");
    expect(() => unpacked()).toThrow(
      `the engine cannot be unpacked to ${join(folder, "linux-x64")} or ${cache}`,
    );
  });

  it("refuses what is cut off or damaged", () => {
    writeFileSync(unpacked()!, "a lib");
    expect(() => unpacked()).toThrow("linux-x64.br is missing: install vaekit again");
    writeFileSync(join(folder, "linux-x64.br"), brotliCompressSync(Buffer.from("a virus!!")));
    expect(() => unpacked()).toThrow("is damaged: install vaekit again");
  });

  it("has nothing for other systems, and where nothing is packed", () => {
    expect(unpacked("plan9")).toBeUndefined();
    rmSync(join(folder, "engines.json"));
    expect(unpacked()).toBeUndefined();
  });
});
