import { readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openData } from "./open.ts";
import { openWholePath } from "./open-splits.ts";
import { idxFile } from "./testing/idx-file.ts";
import { storedRows } from "./testing/stored-rows.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** An NPY file of float32 rows of two values, from `first` on. */
function npy(rows: number, first = 0): Uint8Array {
  const fields = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, 2), }`;
  const header = `${fields.padEnd(117)}\n`;
  const values = Float32Array.from({ length: 2 * rows }, (_, i) => first + i + 0.5);
  return Buffer.concat([
    Buffer.from("\x93NUMPY\x01\x00", "latin1"),
    Uint8Array.of(header.length, 0),
    Buffer.from(header),
    new Uint8Array(values.buffer),
  ]);
}

describe("openData of arrays", () => {
  it("deals a file out", async () => {
    const folder = temporaryFolder({ "a.npy": npy(100) });
    const { train, validation, test } = await openData(join(folder, "a.npy"));
    expect([train, validation, test].map(({ examples, split }) => [examples, split])).toEqual([
      [80, "train"],
      [10, "validation"],
      [10, "test"],
    ]);
    expect(train).toMatchObject({ name: "a.npy", shape: [2], divisor: 1 });
  });

  it("reads several files as one, in order", async () => {
    const folder = temporaryFolder({ "2.npy": npy(3, 100), "1.npy": npy(4) });
    const whole = await openWholePath(join(folder, "*.npy"), {});
    expect(whole.examples).toBe(7);
    expect(storedRows(whole)[8]).toBe(100.5);
  });

  it("refuses files of several kinds and shapes as one", async () => {
    const folder = temporaryFolder({ "1.npy": npy(4), "2.idx": idxFile("uint8", [2, 3], new Uint8Array(6)) });
    await expect(openData(join(folder, "*"))).rejects.toThrow("files of one data set are of one kind");
  });

  it("takes validation and test from files of their own, and leaves the rest together", async () => {
    const folder = temporaryFolder({ "a.npy": npy(50), "v.npy": npy(7, 1000), "t.npy": npy(9, 2000) });
    const own = { validation: join(folder, "v.npy"), test: join(folder, "t.npy") };
    const splits = await openData(join(folder, "a.npy"), own);
    expect([splits.train.examples, splits.validation.examples, splits.test.examples]).toEqual([50, 7, 9]);
    expect(storedRows(splits.train)).toHaveLength(100);
    expect(storedRows(splits.test)[0]).toBe(2000.5);
    expect(splits.validation.split).toBe("validation");
    const { train, validation } = await openData(join(folder, "a.npy"), { test: own.test });
    expect([train.examples, validation.examples]).toEqual([45, 5]);
  });

  it("deals equal rows to one side", async () => {
    const file = npy(40);
    const twice = Buffer.concat([file, file.subarray(128)]);
    twice.write("(80, 2)", Buffer.from(file).indexOf("(40, 2)"));
    const { train, validation, test } = await openData(join(temporaryFolder({ "a.npy": twice }), "a.npy"));
    const firsts = [train, validation, test].map((data) => [
      ...new Set(storedRows(data).filter((_, i) => i % 2 === 0)),
    ]);
    expect(firsts.flat()).toHaveLength(40);
    expect(train.examples + validation.examples + test.examples).toBe(80);
  });
});

describe("rows that do not fit in memory", () => {
  it("are kept in a file, used again, and made anew when their source changes", async () => {
    const folder = temporaryFolder({ "a.npy": npy(1000) });
    const cache = join(folder, "cache");
    const path = join(folder, "a.npy");
    const open = async () => {
      const notes: string[] = [];
      const whole = await openWholePath(path, { cache, memory: 4096, onNote: (note) => notes.push(note) });
      return { values: [...storedRows(whole)], notes };
    };
    const first = await open();
    expect(first.values).toEqual(Array.from({ length: 2000 }, (_, i) => i + 0.5));
    expect(first.notes).toEqual([expect.stringMatching(`^rows are kept in ${cache}/[0-9a-f]{32}\\.rows$`)]);
    const second = await open();
    expect(second.values).toEqual(first.values);
    expect(second.notes).toEqual([expect.stringMatching("^rows were read from ")]);
    expect(readdirSync(cache)).toHaveLength(2);

    writeFileSync(path, npy(1000, 7));
    expect((await open()).values[0]).toBe(7.5);
    utimesSync(path, 1, 1);
    expect((await open()).notes).toEqual([expect.stringMatching("^rows are kept in ")]);
  });

  it("are dealt and trained on as those in memory", async () => {
    const folder = temporaryFolder({ "a.npy": npy(500) });
    const path = join(folder, "a.npy");
    const onDisk = await openData(path, { cache: folder, memory: 0 });
    const inMemory = await openData(path);
    for (const split of ["train", "validation", "test"] as const)
      expect(storedRows(onDisk[split])).toEqual(storedRows(inMemory[split]));
  });

  it("are refused where they cannot be kept", async () => {
    const folder = temporaryFolder({ "a.npy": npy(10), file: "" });
    await expect(
      openData(join(folder, "a.npy"), { cache: join(folder, "file", "x"), memory: 0 }),
    ).rejects.toThrow("name another folder by `cache`");
  });
});
