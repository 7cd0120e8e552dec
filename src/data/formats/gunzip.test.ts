import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { gunzip, isGzip, mostInflated } from "./gunzip.ts";

describe("gunzip", () => {
  it("returns the first bytes of the content, or all of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 250 }), async (content, most) => {
        const bytes = gzipSync(content);
        expect(isGzip(bytes)).toBe(true);
        expect(await gunzip(bytes, most, "file")).toStrictEqual(content.slice(0, most));
      }),
    );
  });

  it("returns content of many chunks", async () => {
    const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * i) >> 7);
    const inflated = await gunzip(gzipSync(content), content.length + 1, "file");
    expect(Buffer.compare(inflated, content)).toBe(0);
  });

  it("joins the members of a file made of several", async () => {
    const bytes = Buffer.concat([gzipSync(Uint8Array.of(1, 2)), gzipSync(Uint8Array.of(3))]);
    expect(Array.from(await gunzip(bytes, 9, "file"))).toEqual([1, 2, 3]);
  });

  it("refuses a wrong checksum", async () => {
    const bytes = gzipSync(Uint8Array.of(1, 2, 3));
    const checksumAt = bytes.length - 8;
    bytes[checksumAt]! ^= 1;
    await expect(gunzip(bytes, 9, "file")).rejects.toThrow(
      new DataError("file is gzip data that end early or are damaged: download the file again"),
    );
  });

  it("refuses what would fill the memory", async () => {
    const moreThanFits = new Uint8Array(9e6);
    await expect(gunzip(moreThanFits, Number.POSITIVE_INFINITY, "file")).rejects.toThrow(DataError);
  });
});

describe("mostInflated", () => {
  it("is more than zeros, which deflate best, become", () => {
    for (const length of [0, 1, 1000, 2e6]) {
      expect(mostInflated(gzipSync(new Uint8Array(length), { level: 9 }))).toBeGreaterThanOrEqual(length);
    }
  });
});
