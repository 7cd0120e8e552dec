import { describe, expect, it } from "vitest";
import { tenXFolder } from "./ten-x-folder.ts";
import { memoryFolder, referenceFolder } from "./testing/memory-folder.ts";
import { everything } from "./testing/read-all.ts";

const FILES = referenceFolder("10x");
const text = (content: string) => new TextEncoder().encode(content);

describe("a 10x folder", () => {
  it("has cells for examples, genes for columns and barcodes for names", async () => {
    expect(await tenXFolder.recognises(memoryFolder(FILES))).toBe(true);
    expect(await tenXFolder.recognises(memoryFolder({ "a.csv": text("a") }))).toBe(false);
    const reading = await tenXFolder.open(memoryFolder(FILES), {});
    expect(reading).toMatchObject({ shape: [5], examples: 4 });
    expect(reading.columns?.map(({ name }) => name)).toEqual(["A", "B", "C", "A-1", "D"]);
    const { rows, names } = await everything(reading);
    expect(names).toEqual(["AAA-1", "AAC-1", "AAG-1", "AAT-1"]);
    expect(rows).toEqual([0, 1, 2, 3].map((i) => [0, 1, 2, 3, 4].map((j) => ((i + j) % 2 ? 0 : i + j))));
    expect(await everything(reading)).toEqual(await everything(reading));
  });

  it.each([
    ["barcodes.tsv.gz", text("AAA\n"), /barcodes\.tsv\.gz has 1 lines where the matrix has 4 columns/],
    ["features.tsv.gz", text("A\n"), /features\.tsv\.gz has 1 lines where the matrix has 5 rows/],
    ["genes.tsv", text("A\n"), /has 2 files like/],
    ["matrix.mtx.gz", text("1,2"), /does not begin by %%MatrixMarket/],
  ])("refuses a wrong %s", async (path, bytes, message) => {
    await expect(tenXFolder.open(memoryFolder({ ...FILES, [path]: bytes }), {})).rejects.toThrow(message);
  });
});
