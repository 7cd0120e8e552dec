import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ELEMENTS, encodeSafetensors, type StoredTensor } from "./safetensors.ts";
import { readSafetensors, writeSafetensors } from "./safetensors-file.ts";
import { temporaryFolder } from "./testing/folder.ts";

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
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(padded.length));
    expect(Buffer.concat(parts)).toEqual(Buffer.concat([length, Buffer.from(padded), values]));
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
});
