import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RunError } from "../errors.ts";
import { ELEMENTS, encodeSafetensors, type StoredTensor, writeSafetensors } from "./safetensors.ts";
import { readSafetensors } from "./safetensors-reader.ts";
import { temporaryFolder } from "./testing/folder.ts";

/** A file made by the letter of the format. */
function fileOf(header: string | object, data: Uint8Array = new Uint8Array(), length?: bigint): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([prefix, text, data]);
}

async function read(bytes: Uint8Array) {
  const path = join(await temporaryFolder(), "model.safetensors");
  await writeFile(path, bytes);
  return readSafetensors(path);
}

const names = fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => name !== "__metadata__");
const stored: fc.Arbitrary<StoredTensor> = fc
  .record({
    shape: fc.array(fc.nat({ max: 4 }), { maxLength: 3 }),
    element: fc.constantFrom(...Object.values(ELEMENTS)),
    byte: fc.nat({ max: 255 }),
  })
  .map(({ shape, element, byte }) => {
    const data = new element(shape.reduce((product, length) => product * length, 1));
    new Uint8Array(data.buffer).forEach((_, index, bytes) => {
      bytes[index] = (byte + 37 * index) % 256;
    });
    return { shape, data };
  });

const bitsOf = ({ shape, data }: StoredTensor) => ({
  shape,
  type: data.constructor.name,
  bits: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"),
});

describe("writing", () => {
  test("gives the bytes that the format prescribes", () => {
    const parts = encodeSafetensors({
      tensors: new Map<string, StoredTensor>([
        ["b", { shape: [2, 1], data: Float32Array.of(1, -2) }],
        ["a", { shape: [], data: Float32Array.of(0.5) }],
      ]),
      metadata: new Map([["made by", "hand"]]),
    });
    const header =
      '{"__metadata__":{"made by":"hand"},' +
      '"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
      '"b":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}';
    const padded = header + " ".repeat((8 - (header.length % 8)) % 8);
    expect(padded.length).not.toBe(header.length);
    const values = Buffer.from("0000003f" + "0000803f" + "000000c0", "hex");
    expect(Buffer.concat(parts)).toEqual(fileOf(padded, values));
  });

  test("does not depend on the order in which tensors and facts come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(names, stored)),
        fc.array(fc.tuple(names, fc.string())),
        (tensors, facts) => {
          const [a, b] = [new Map(tensors), new Map(facts)];
          const reversed = { tensors: new Map([...a].reverse()), metadata: new Map([...b].reverse()) };
          expect(Buffer.concat(encodeSafetensors({ tensors: a, metadata: b }))).toEqual(
            Buffer.concat(encodeSafetensors(reversed)),
          );
        },
      ),
    );
  });

  test("keeps values aligned to their size, for readers that map the file into memory", async () => {
    const path = join(await temporaryFolder(), "mixed.safetensors");
    const tensors = new Map<string, StoredTensor>([
      ["a", { shape: [3], data: Uint8Array.of(1, 2, 3) }],
      ["b", { shape: [1], data: Float64Array.of(1) }],
      ["c", { shape: [1], data: Float32Array.of(1) }],
    ]);
    await writeSafetensors(path, { tensors, metadata: new Map() });
    const bytes = await readFile(path);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
    expect((8 + length) % 8).toBe(0);
    expect(header.b.data_offsets).toEqual([0, 8]);
    expect(header.c.data_offsets).toEqual([8, 12]);
    expect(header.a.data_offsets).toEqual([12, 15]);
  });
});

describe("reading", () => {
  test("gives back what was written, bit for bit", async () => {
    const path = join(await temporaryFolder(), "any.safetensors");
    const property = fc.asyncProperty(
      fc.dictionary(names, stored, { maxKeys: 6 }),
      fc.dictionary(names, fc.string({ unit: "binary" }), { maxKeys: 3 }),
      async (tensors, facts) => {
        const file = { tensors: new Map(Object.entries(tensors)), metadata: new Map(Object.entries(facts)) };
        await writeFile(path, Buffer.concat(encodeSafetensors(file)));
        const found = await readSafetensors(path);
        expect(new Map([...found.tensors].map(([name, tensor]) => [name, bitsOf(tensor)]))).toEqual(
          new Map([...file.tensors].map(([name, tensor]) => [name, bitsOf(tensor)])),
        );
        expect(found.metadata).toEqual(file.metadata);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  test("understands a file made by the letter of the format, values unaligned", async () => {
    const header = {
      byte: { dtype: "U8", shape: [1], data_offsets: [0, 1] },
      single: { dtype: "F32", shape: [2], data_offsets: [1, 9] },
      long: { dtype: "I64", shape: [1], data_offsets: [9, 17] },
    };
    const data = Buffer.alloc(17);
    data.writeUInt8(7, 0);
    data.writeFloatLE(1.5, 1);
    data.writeFloatLE(-0, 5);
    data.writeBigInt64LE(-9n, 9);
    const { tensors, metadata } = await read(fileOf(header, data));
    expect(tensors.get("byte")?.data).toEqual(Uint8Array.of(7));
    expect(tensors.get("single")?.data).toEqual(Float32Array.of(1.5, -0));
    expect(tensors.get("long")?.data).toEqual(BigInt64Array.of(-9n));
    expect(metadata.size).toBe(0);
  });

  test("refuses a file cut off anywhere, or with bytes too many", async () => {
    const path = join(await temporaryFolder(), "cut.safetensors");
    const tensors = new Map([["weight", { shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }]]);
    const whole = Buffer.concat(encodeSafetensors({ tensors, metadata: new Map([["key", "value"]]) }));
    for (let length = 0; length < whole.length; length++) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readSafetensors(path), `${length} bytes`).rejects.toThrow(RunError);
    }
    await writeFile(path, Buffer.concat([whole, Buffer.of(0)]));
    await expect(readSafetensors(path)).rejects.toThrow("its tensors take 16 bytes, but 17 bytes follow");
  });

  const w = (changes: object) => ({ w: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...changes } });
  const eight = new Uint8Array(8);
  test.each<[string, Buffer, string]>([
    [
      "a header longer than the file",
      fileOf("{}", eight, 2n ** 62n),
      "its header claims 4611686018427387904 bytes",
    ],
    ["a header that is not JSON", fileOf("{", eight), "its header is not a JSON object"],
    ["a header that is not an object", fileOf("[]"), "its header is not a JSON object"],
    [
      "a header that is not UTF-8",
      Buffer.concat([fileOf("", eight, 1n), Buffer.of(0xff)]),
      "not a JSON object",
    ],
    [
      "facts that are not strings",
      fileOf({ __metadata__: { a: 1 } }),
      "__metadata__ has a that is not a string",
    ],
    ["facts that are a list", fileOf({ __metadata__: [] }), "__metadata__ is not an object"],
    ["a tensor without shape", fileOf(w({ shape: undefined }), eight), "tensor w is not described by"],
    ["a negative dimension", fileOf(w({ shape: [-2] }), eight), "tensor w is not described by"],
    ["a fraction of an element", fileOf(w({ shape: [1.5] }), eight), "tensor w is not described by"],
    ["three offsets", fileOf(w({ data_offsets: [0, 4, 8] }), eight), "tensor w is not described by"],
    [
      "an unknown element type",
      fileOf(w({ dtype: "BF16" }), eight),
      "of type BF16, but only F64, I64, F32, I32, U8",
    ],
    ["a type named as an object's method", fileOf(w({ dtype: "toString" }), eight), "of type toString"],
    ["a shape that needs more bytes", fileOf(w({ shape: [3] }), eight), "has 8 bytes, but needs 12"],
    ["a shape beyond all numbers", fileOf(w({ shape: [2 ** 52, 2 ** 52] }), eight), "has 8 bytes, but needs"],
    [
      "a range beyond the file",
      fileOf(w({ data_offsets: [0, 16] }), eight),
      "take 16 bytes, but 8 bytes follow",
    ],
    ["a range that ends before it begins", fileOf(w({ data_offsets: [8, 0] }), eight), "has bytes 8 to 0"],
    ["a gap", fileOf(w({ shape: [1], data_offsets: [4, 8] }), eight), "should begin at byte 0"],
    [
      "ranges that overlap",
      fileOf({ ...w({}), v: { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, eight),
      "tensor v has bytes 4 to 8, but should begin at byte 8",
    ],
    ["values that nobody describes", fileOf({}, eight), "take 0 bytes, but 8 bytes follow"],
  ])("refuses %s", async (_, bytes, problem) => {
    const refusal = read(bytes);
    await expect(refusal).rejects.toThrow(RunError);
    await expect(refusal).rejects.toThrow(problem);
    await expect(refusal).rejects.toThrow(/model\.safetensors is not a whole safetensors file: /);
  });

  test("names a file that is missing, and a folder in a file's place", async () => {
    const folder = await temporaryFolder();
    const missing = readSafetensors(join(folder, "none.safetensors"));
    await expect(missing).rejects.toThrow(/cannot read .*none\.safetensors: it does not exist/);
    await expect(readSafetensors(folder)).rejects.toThrow(/cannot read .*: it is a folder/);
  });
});
