import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { collect, type Spill } from "./collect.ts";
import type { Chunk, Reading } from "./formats/format.ts";
import { RowFileWriter, rowFileStorage } from "./row-file.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

function reading(...chunks: Chunk[]): Reading {
  return {
    shape: [2],
    notes: [],
    skipped: [],
    async *chunks() {
      yield* chunks;
    },
  };
}

function spillTo(path: string, beyond: number): Spill {
  return {
    beyond,
    async open(type) {
      const writer = await RowFileWriter.create(path, type);
      return {
        add: (rows) => writer.add(rows),
        abandon: () => writer.abandon(),
        async finish(examples, size) {
          await writer.close();
          return rowFileStorage({ path, type, size, examples });
        },
      };
    },
  };
}

describe("collect", () => {
  it("joins chunks in the smallest type that holds all", async () => {
    const { storage, labels, names } = await collect(
      "data",
      reading(
        { count: 1, rows: Uint8Array.of(1, 200) },
        { count: 2, rows: Int16Array.of(3, 4, -5, 6), labels: ["a", undefined], names: ["x", "y"] },
      ),
    );
    expect(storage.range(0, 3)).toEqual(Int16Array.of(1, 200, 3, 4, -5, 6));
    expect(labels).toEqual([undefined, "a", undefined]);
    expect(names).toEqual(["", "x", "y"]);
  });

  it("keeps whole numbers beyond single precision", async () => {
    const { storage } = await collect(
      "data",
      reading({ count: 1, rows: Float32Array.of(0.5, 1) }, { count: 1, rows: Int32Array.of(16777217, 2) }),
    );
    expect(storage.range(0, 2)).toEqual(Float64Array.of(0.5, 1, 16777217, 2));
  });

  it("keeps sparse rows sparse", async () => {
    const sparse = (...values: number[]) => ({
      offsets: Uint32Array.of(0, 1, 1),
      indices: Uint32Array.of(1),
      values: Int32Array.from(values),
    });
    const { storage } = await collect(
      "data",
      reading({ count: 2, sparse: sparse(7) }, { count: 2, sparse: sparse(9) }),
    );
    expect(storage.range(0, 4)).toEqual(Int32Array.of(0, 7, 0, 0, 0, 9, 0, 0));
  });

  it("writes what memory does not hold to a file, anew where its type is too narrow", async () => {
    const path = join(temporaryFolder(), "rows");
    const all = reading(
      { count: 2, rows: Uint8Array.of(1, 2, 3, 4) },
      { count: 1, rows: Uint8Array.of(5, 6) },
      { count: 1, rows: Float32Array.of(0.5, 7) },
    );
    const { storage } = await collect("data", all, spillTo(path, 4));
    expect(storage.range(0, 4)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6, 0.5, 7));
  });

  it("refuses data without rows", async () => {
    await expect(collect("empty.csv", reading())).rejects.toThrow("empty.csv has no examples");
  });
});
