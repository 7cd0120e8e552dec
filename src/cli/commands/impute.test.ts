import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openData } from "../../data/open.ts";
import { trainRun } from "../../tasks/train.ts";
import { vaekit } from "../testing/command-line.ts";

/** Rows of a spreadsheet with a decimal comma; every third visit, every fourth weight and every fifth other is missing. */
const ROWS = Array.from({ length: 90 }, (_, i) => {
  const weight = i % 4 === 1 ? "NA" : `${60 + (i % 3) * 10},${i % 10}`;
  const colour = i % 5 === 2 ? "" : `"light ${["red", "blue", "green"][i % 3]}"`;
  const since = i % 5 === 3 ? "" : `${String(1 + (i % 3)).padStart(2, "0")}.05.2024`;
  const visits = i % 3 === 2 && i % 2 ? "?" : String(i % 3);
  return `p${i};${weight};${colour};${since};${visits};free text ${i}`;
});
const HEADER = "id;weight;colour;since;visits;note";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vaekit-impute-"));
  writeFileSync(join(folder, "t.csv"), [HEADER, ...ROWS].join("\n"));
  const data = join(folder, "t.csv");
  await trainRun({
    data,
    splits: await openData(data, { columns: { note: "ignore", visits: "count" } }),
    architecture: [4, 8, 2],
    hyperparameters: { likelihood: "mixed", batchSize: 30 },
    training: { maxIterations: 30 },
    directory: join(folder, "run"),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

const read = (name: string) => readFileSync(join(folder, name), "utf8");

describe("impute", () => {
  it("fills a CSV file in its own form, once and several times, and tells the spread", async () => {
    const words = ["impute", "run", "t.csv", "--samples", "50", "--multiple", "2", "--out", "made/f.csv"];
    const { code, stdout, stderr } = await vaekit(folder, ...words);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("made/f.csv: 74 values imputed in 90 examples");
    for (const name of ["f.csv", "f-1.csv", "f-2.csv"]) {
      const [header, ...lines] = read(`made/${name}`).trimEnd().split("\n");
      expect(header).toBe(HEADER);
      for (const [row, line] of lines.entries()) {
        const before = ROWS[row]!.replaceAll('"', "").split(";");
        for (const [column, cell] of line.split(";").entries()) {
          if (!["", "NA", "?"].includes(before[column]!)) expect(cell).toBe(before[column]);
          else
            expect(cell).toMatch(
              [/x/, /^\d+(,\d+)?$/, /^light (red|blue|green)$/, /^\d\d\.\d\d\.20\d\d$/, /^\d+$/][column]!,
            );
        }
      }
    }
    expect(read("made/f-1.csv")).not.toBe(read("made/f-2.csv"));
    const [names, ...spread] = read("made/f.spread.csv").trimEnd().split("\n");
    expect(names).toBe("row,column,imputed,deviation,low,high,share");
    expect(spread).toHaveLength(74);
    const [, , , deviation, low, high, share] = spread[0]!.split(",");
    expect([
      spread[0]!.startsWith("1,weight,"),
      Number(deviation) > 0,
      Number(low) < Number(high),
      share,
    ]).toEqual([...[true, true, true, ""]]);
    expect(spread.find((line) => line.includes("colour"))).toMatch(/^2,colour,light \w+,,,,(0\.\d+|1)$/);
    // The file that was read, and files that exist, stay.
    expect(read("t.csv")).toBe([HEADER, ...ROWS].join("\n"));
    const again = await vaekit(folder, ...words);
    expect([again.code, again.stderr.includes("made/f.csv exists")]).toEqual([2, true]);
  });

  it("writes Parquet, NPY and pictures, the same for the same seed", async () => {
    const words = ["impute", "run", "t.csv", "--samples", "20", "--out"];
    for (const name of ["a.parquet", "a.npy", "b.npy", "a.png"])
      expect((await vaekit(folder, ...words, name)).code).toBe(0);
    expect(readFileSync(join(folder, "a.npy"))).toEqual(readFileSync(join(folder, "b.npy")));
    expect(existsSync(join(folder, "a.deviation.npy"))).toBe(true);
    const file = readFileSync(join(folder, "a.parquet"));
    const rows = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
    });
    expect(rows).toHaveLength(90);
    expect(rows[0]).toMatchObject({
      id: "p0",
      weight: 60,
      colour: "light red",
      since: "2024-05-01",
      visits: 0,
    });
  });

  it("refuses other endings and no name", async () => {
    const other = await vaekit(folder, "impute", "run", "t.csv", "--out", "x.txt");
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("it must end in .csv")]);
    expect((await vaekit(folder, "impute", "run", "t.csv")).stderr).toContain("--out is missing");
  });
});
