import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RunError } from "../common/errors.ts";
import { encodeSafetensors } from "./safetensors.ts";
import { readSafetensors } from "./safetensors-file.ts";
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
