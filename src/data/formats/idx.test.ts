import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../common/errors.ts";
import { idxFile } from "../testing/idx-file.ts";
import { type IdxType, parseIdx } from "./idx.ts";

const ARRAYS = {
  uint8: (length: number) => fc.uint8Array({ minLength: length, maxLength: length }),
  int8: (length: number) => fc.int8Array({ minLength: length, maxLength: length }),
  int16: (length: number) => fc.int16Array({ minLength: length, maxLength: length }),
  int32: (length: number) => fc.int32Array({ minLength: length, maxLength: length }),
  float32: (length: number) => fc.float32Array({ minLength: length, maxLength: length }),
  float64: (length: number) => fc.float64Array({ minLength: length, maxLength: length }),
};
const types = Object.keys(ARRAYS) as IdxType[];

const content = fc
  .record({
    type: fc.constantFrom(...types),
    shape: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
  })
  .chain(({ type, shape }) => {
    const length = shape.reduce((product, dimension) => product * dimension, 1);
    return fc.record({ type: fc.constant(type), shape: fc.constant(shape), data: ARRAYS[type](length) });
  });

/** Parses, accepting only a result or a DataError of one line that names the file. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    await parseIdx(bytes, "digits");
    return "parsed";
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toMatch(/^digits .+$/);
    return error.message;
  }
}

describe("parseIdx", () => {
  it("returns what was written, of any type and shape, plain and compressed", async () => {
    await fc.assert(
      fc.asyncProperty(content, fc.boolean(), async ({ type, shape, data }, compressed) => {
        const plain = idxFile(type, shape, data);
        const parsed = await parseIdx(compressed ? gzipSync(plain) : plain, "digits");
        expect(parsed).toMatchObject({ file: "digits", type, shape });
        expect(parsed.data).toStrictEqual(data);
      }),
    );
  });

  it("shares the bytes of a plain file", async () => {
    for (const type of ["uint8", "int8"] as const) {
      const bytes = idxFile(type, [2, 2], [1, 2, 3, 4]);
      const { data } = await parseIdx(bytes, "digits");
      bytes[bytes.length - 1] = 99;
      expect(Array.from(data)).toEqual([1, 2, 3, 99]);
    }
  });

  it("reads a file that begins in the middle of a buffer", async () => {
    const bytes = idxFile("float64", [2], [0.5, -1e300]);
    const moved = new Uint8Array(bytes.length + 3);
    moved.set(bytes, 3);
    expect(Array.from((await parseIdx(moved.subarray(3), "digits")).data)).toEqual([0.5, -1e300]);
  });

  it("reports a cut at any byte, plain and compressed", async () => {
    const plain = idxFile("int16", [3, 2, 2], [1, -2, 3, -4, 5, -6, 7, -8, 9, -10, 11, -12]);
    for (const bytes of [plain, gzipSync(plain), gzipSync(plain, { level: 0 })]) {
      for (let length = 0; length < bytes.length; length++) {
        expect(await outcome(bytes.subarray(0, length)), `${length} bytes`).not.toBe("parsed");
      }
    }
  });

  it("meets no random bytes that crash it", async () => {
    const magic = fc.constantFrom(
      [],
      [0],
      [0, 0],
      [0, 0, 8, 1],
      [0, 0, 13, 2],
      [0x1f, 0x8b],
      [0x1f, 0x8b, 8, 0],
    );
    await fc.assert(
      fc.asyncProperty(magic, fc.uint8Array({ maxLength: 40 }), async (head, tail) => {
        await outcome(new Uint8Array([...head, ...tail]));
        await outcome(gzipSync(new Uint8Array([...head, ...tail])));
      }),
      { numRuns: 300 },
    );
  });

  it("gives no wrong values for a damaged byte of compressed data", async () => {
    const values = Uint8Array.from({ length: 50 }, (_, i) => i * i);
    const bytes = gzipSync(idxFile("uint8", [50], values));
    let reported = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Uint8Array.from(bytes);
      damaged[at]! ^= 0x10;
      if ((await outcome(damaged)) !== "parsed") reported++;
      else expect((await parseIdx(damaged, "digits")).data, `byte ${at}`).toStrictEqual(values);
    }
    // Everything matters except the time, the operating system and padding bits.
    expect(reported).toBeGreaterThan(bytes.length - 10);
  });
});

describe("parseIdx explains", () => {
  const header = (type: number, ...dimensions: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * dimensions.length);
    bytes.set([0, 0, type, dimensions.length]);
    dimensions.forEach((dimension, axis) => {
      bytes.writeUInt32BE(dimension, 4 + 4 * axis);
    });
    return bytes;
  };
  const withBytes = (head: Uint8Array, count: number) => Buffer.concat([head, Buffer.alloc(count)]);

  it.each([
    [
      "an empty file",
      new Uint8Array(0),
      "digits is empty; an IDX file begins with 4 bytes that name its type",
    ],
    [
      "a foreign format",
      Buffer.from("\x89PNG\r\n", "latin1"),
      "digits begins with 89 50 4e 47; an IDX file begins with 00 00, a type code and its rank",
    ],
    [
      "an unknown type",
      header(0x0a, 1),
      "digits has the IDX type code 0a; known are 08 (uint8), 09 (int8), 0b (int16), 0c (int32), 0d (float32), 0e (float64)",
    ],
    ["a scalar", header(0x08), "digits has no dimensions; examples need at least one"],
    [
      "a cut header",
      header(0x08, 60000, 28, 28).subarray(0, 9),
      "digits ends after 9 bytes; its header alone takes 16 bytes for 3 dimensions",
    ],
    [
      "a cut magic",
      new Uint8Array([0, 0, 8]),
      "digits ends after 3 bytes, inside its header: download the file again",
    ],
    [
      "a cut file",
      withBytes(header(0x08, 60000, 28, 28), 1234),
      "digits promises 60000×28×28 = 47040000 bytes after its header, but holds 1234: download the file again",
    ],
    [
      "a cut file of wider values",
      withBytes(header(0x0d, 10, 3), 7),
      "digits promises 10×3×4 = 120 bytes after its header, but holds 7: download the file again",
    ],
    [
      "bytes too many",
      withBytes(header(0x08, 2, 2), 5),
      "digits promises 2×2 = 4 bytes after its header, but more follow: it was damaged or wrongly written",
    ],
    ["a dimension of zero", header(0x08, 5, 0, 7), "digits has shape 5×0×7; dimension 2 must be above 0"],
    [
      "sizes beyond all bounds",
      header(0x0e, 0xffffffff, 0xffffffff, 0xffffffff),
      "digits promises 4294967295×4294967295×4294967295×8 bytes, more than any file holds: download it again",
    ],
  ])("%s, plain and compressed", async (_, bytes, message) => {
    await expect(parseIdx(bytes, "digits")).rejects.toThrow(new DataError(message));
    await expect(parseIdx(gzipSync(bytes), "digits")).rejects.toThrow(DataError);
  });

  it("the most dimensions there can be, of the greatest size", async () => {
    await expect(parseIdx(header(0x08, ...Array(255).fill(0xffffffff)), "digits")).rejects.toThrow(
      /more than any file holds/,
    );
  });

  it("a compressed file that promises more than deflate can hold, without allocating it", async () => {
    const bytes = gzipSync(header(0x08, 2 ** 31, 2 ** 20));
    await expect(parseIdx(bytes, "digits")).rejects.toThrow(
      `digits promises 2147483648×1048576 = 2251799813685248 bytes after its header, but its ${bytes.length} compressed bytes cannot hold so many: download the file again`,
    );
  });

  it("a compressed file that holds less than it promises", async () => {
    await expect(parseIdx(gzipSync(withBytes(header(0x08, 10, 2), 19)), "digits")).rejects.toThrow(
      "digits promises 10×2 = 20 bytes after its header, but holds 19: download the file again",
    );
  });

  it("a bomb, without inflating it", async () => {
    const bomb = gzipSync(withBytes(header(0x08, 10, 2), 5e7));
    const before = process.memoryUsage().arrayBuffers;
    await expect(parseIdx(bomb, "digits")).rejects.toThrow(
      "promises 10×2 = 20 bytes after its header, but more follow",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e7);
  });

  it("damaged gzip data, with the cause", async () => {
    const error = await parseIdx(
      new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3]),
      "digits",
    ).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataError);
    expect(error).toMatchObject({
      message: "digits is gzip data that end early or are damaged: download the file again",
      cause: expect.any(Error),
    });
  });
});
