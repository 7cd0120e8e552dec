import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { RunError } from "../common/errors.ts";
import { modelInArchive } from "./archive.ts";

describe("modelInArchive", () => {
  it.each<[string, Uint8Array, string]>([
    ["what is no zip file", new Uint8Array(100), "a.zip is not a whole zip file"],
    ["a zip file of something else", zipSync({ "a.txt": new Uint8Array(3) }), "a.zip has no config.json"],
    [
      "a configuration that is none",
      zipSync({ "run/config.json": new TextEncoder().encode("{") }),
      "a.zip/config.json is not JSON",
    ],
    ["nothing", new Uint8Array(), "a.zip is not a whole zip file"],
  ])("refuses %s", async (_what, bytes, message) => {
    const failure = await modelInArchive("a.zip", bytes).catch((error) => error);
    expect(failure).toBeInstanceOf(RunError);
    expect(failure.message).toContain(message);
  });

  it("refuses a file that would not fit into memory before it unpacks it", async () => {
    const bytes = zipSync({ "model.safetensors": new Uint8Array(8) }, { level: 0 });
    // The size unpacked, in the central directory and in the file's own header.
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 0xffff_fff0, true);
    await expect(modelInArchive("a.zip", bytes)).rejects.toThrow("it can have 2 GiB at most");
  });
});
