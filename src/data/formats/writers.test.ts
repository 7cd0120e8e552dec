import { describe, expect, it } from "vitest";
import { memorySource } from "../source.ts";
import { joined } from "./bytes.ts";
import { csvFormat } from "./csv.ts";
import { h5adFormat } from "./h5ad.ts";
import { hdf5InMemory } from "./memory-hdf5.ts";
import { npyFormat } from "./npy.ts";
import { parquetFormat } from "./parquet.ts";
import { sharpDecoder } from "./sharp-decoder.ts";
import { sharpPng } from "./sharp-encoder.ts";
import { bytesOf, everything, readAll, referenceFile } from "./testing/read-all.ts";
import { csvFile } from "./write-csv.ts";
import { h5adWithLatents } from "./write-h5ad.ts";
import { npyFile } from "./write-npy.ts";
import { parquetFile } from "./write-parquet.ts";
import { pngFile } from "./write-png.ts";
import { wavFile } from "./write-wav.ts";

async function whole(parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part.slice());
  return joined(
    all,
    all.reduce((sum, { length }) => sum + length, 0),
  );
}

async function* each<T>(...values: T[]): AsyncGenerator<T> {
  yield* values;
}

describe("writers", () => {
  it("NPY: byte for byte what NumPy writes", async () => {
    const rows = Array.from({ length: 15 }, (_, i) => 10 * Math.floor(i / 3) + (i % 3));
    for (const [name, type] of [
      ["uint8", Uint8Array],
      ["int16", Int16Array],
      ["float32", Float32Array],
      ["float64", Float64Array],
    ] as const) {
      const values = type.from(rows);
      const made = await whole(npyFile([5, 3], each(values.subarray(0, 6), values.subarray(6))));
      expect(made).toEqual(await bytesOf(referenceFile(`${name}.npy`)));
    }
    expect(
      (await readAll(npyFormat, memorySource("a", await whole(npyFile([1, 1], each(Float32Array.of(2)))))))
        .rows,
    ).toEqual([[2]]);
  });

  it("CSV: numbers come back exactly, texts with quotes too", async () => {
    const rows = [
      [0.1, "a,b"],
      [1 / 3, 'say "x"'],
      [undefined, "a,b"],
      [-1e-20, undefined],
    ];
    const bytes = await whole(csvFile(["x", "name, full"], rows));
    const reading = await csvFormat.open(memorySource("a", bytes), {});
    expect(reading.columns?.[1]).toEqual({
      name: "name, full",
      kind: "binary",
      categories: ["a,b", 'say "x"'],
    });
    expect((await everything(reading)).rows).toEqual([
      [0.1, 0],
      [1 / 3, 1],
      [Number.NaN, 0],
      [-1e-20, Number.NaN],
    ]);
  });

  it("Parquet: comes back", async () => {
    const bytes = parquetFile([
      { name: "x", values: Float64Array.of(0.1, Number.NaN, -3e30) },
      { name: "n", values: [1, 2, 0] },
      { name: "t", values: ["a", undefined, "c"] },
    ]);
    const reading = await parquetFormat.open(memorySource("a", bytes), {});
    expect(reading.columns?.map(({ kind }) => kind)).toEqual(["real", "count", "binary"]);
    expect((await everything(reading)).rows).toEqual([
      [0.1, 1, 0],
      [Number.NaN, 2, Number.NaN],
      [-3e30, 0, 1],
    ]);
  });

  it.each([1, 3] as const)("PNG: %i channels come back, clipped", async (channels) => {
    const values = Float32Array.from({ length: 6 * channels }, (_, i) => (3 * i) / 15 - 0.2);
    const png = await pngFile(values, [2, 3, channels], sharpPng);
    const expected = Uint8Array.from(values, (value) => Math.round(255 * Math.max(0, Math.min(1, value))));
    expect(await sharpDecoder.decode(png, {})).toEqual({ height: 2, width: 3, channels, data: expected });
  });

  it("WAV: 16-bit samples after a header of 44 bytes, clipped", () => {
    const view = new DataView(wavFile(Float32Array.of(0, 0.5, -2), 8000).buffer);
    expect([44, 46, 48].map((at) => view.getInt16(at, true))).toEqual([0, 16_384, -32_767]);
    expect(view.getUint32(24, true)).toBe(8000);
    expect(view.getUint32(4, true)).toBe(42);
  });

  it(".h5ad: a copy with obsm['X_vae'], and the file as it was", async () => {
    const source = referenceFile("csr.h5ad");
    const before = (await bytesOf(source)).slice();
    const copy = await h5adWithLatents(
      source,
      Float32Array.from({ length: 8 }, (_, i) => i),
      2,
    );
    expect(await bytesOf(source)).toEqual(before);
    const { root, close } = await hdf5InMemory(memorySource("copy", copy));
    const made = root.get("obsm/X_vae") as unknown as { value: Float32Array; shape: number[] };
    expect(made.shape).toEqual([4, 2]);
    expect(Array.from(made.value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    close();
    const read = await readAll(h5adFormat(hdf5InMemory), memorySource("copy", copy));
    expect(read.rows).toEqual((await readAll(h5adFormat(hdf5InMemory), source)).rows);
    await expect(h5adWithLatents(source, new Float32Array(6), 2)).rejects.toThrow(
      /has 4 rows where 3 latents/,
    );
  });
});
