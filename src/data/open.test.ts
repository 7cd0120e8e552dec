import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { DataError } from "../common/errors.ts";
import { fingerprint } from "./fingerprint.ts";
import { mnist } from "./formats/mnist.ts";
import { openData } from "./open.ts";
import { idxFile } from "./testing/idx-file.ts";
import { storedRows } from "./testing/stored-rows.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

/** Images of 2×2 bytes, each filled with its number, and labels that are those numbers. */
const images = (count: number) =>
  idxFile(
    "uint8",
    [count, 2, 2],
    Array.from({ length: count * 4 }, (_, i) => Math.floor(i / 4)),
  );
const labels = (count: number) =>
  idxFile(
    "uint8",
    [count],
    Array.from({ length: count }, (_, i) => i),
  );

const fourFiles = (prefix = "", test = "t10k") => ({
  [`${prefix}train-images-idx3-ubyte`]: images(24),
  [`${prefix}train-labels-idx1-ubyte`]: labels(24),
  [`${prefix}${test}-images-idx3-ubyte`]: images(7),
  [`${prefix}${test}-labels-idx1-ubyte`]: labels(7),
});

const compressed = (files: Record<string, Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));

const without = (files: Record<string, Uint8Array>, name: string) =>
  Object.fromEntries(Object.entries(files).filter(([key]) => key !== name));

const unknown = "which is no data set of a known format: known are";

describe("openData of a built-in name", () => {
  it("is the data set of that name", async () => {
    const [opened, known] = await Promise.all([
      openData("mnist", { splits: ["test"], scale: 2 }),
      mnist({ splits: ["test"], scale: 2 }),
    ]);
    expect(opened.test.schema.range).toEqual([0, 127.5]);
    expect(await fingerprint(opened.test)).toBe(await fingerprint(known.test));
  });
});

describe("openData of a folder", () => {
  it.each([
    ["plain", fourFiles()],
    ["compressed", compressed(fourFiles())],
    ["prefixed", fourFiles("emnist-letters-", "test")],
  ])("reads four files, %s", async (_, files) => {
    const folder = temporaryFolder(files);
    const { train, validation, test } = await openData(`${folder}/`);
    const common = { name: folder.split("/").at(-1), shape: [2, 2, 1], divisor: 255 };
    expect(train).toMatchObject({ ...common, split: "train", examples: 22 });
    expect(validation).toMatchObject({ ...common, split: "validation", examples: 2 });
    expect(test).toMatchObject({ ...common, split: "test", examples: 7 });
    expect(Array.from(validation.labels!)).toEqual([0, 1]);
    expect(Array.from(train.labels!)).toEqual(Array.from({ length: 22 }, (_, i) => i + 2));
    expect(Array.from(storedRows(test).filter((_, i) => i % 4 === 0))).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("needs no labels", async () => {
    const files = without(without(fourFiles(), "train-labels-idx1-ubyte"), "t10k-labels-idx1-ubyte");
    const { train } = await openData(temporaryFolder(files));
    expect("labels" in train).toBe(false);
  });

  it("applies the scale", async () => {
    const { train } = await openData(temporaryFolder(fourFiles()), { scale: 2 });
    expect(train).toMatchObject({ divisor: 2, schema: { range: [0, 11.5] } });
  });

  it("does not read files of splits that are not wanted", async () => {
    const folder = temporaryFolder({ ...fourFiles(), "t10k-images-idx3-ubyte": "damaged" });
    expect(Object.keys(await openData(folder, { splits: ["train"] }))).toEqual(["train"]);
    await expect(openData(folder)).rejects.toThrow(DataError);
  });

  it("asks which of several data sets is meant, and opens it by its prefix", async () => {
    const folder = temporaryFolder({ ...fourFiles("emnist-digits-"), ...fourFiles("emnist-letters-") });
    await expect(openData(folder)).rejects.toThrow(
      new DataError(
        `${folder} holds several data sets: pass one of ${folder}/emnist-digits, ${folder}/emnist-letters`,
      ),
    );
    const { test } = await openData(join(folder, "emnist-letters"), { splits: ["test"] });
    expect(test).toMatchObject({ name: "emnist-letters", examples: 7 });
  });

  it("takes the files without a prefix where there are others too", async () => {
    const folder = temporaryFolder({ ...fourFiles(), ...fourFiles("old-") });
    expect((await openData(folder)).train.examples).toBe(22);
  });

  it("says which images are missing", async () => {
    const noTest = temporaryFolder(without(fourFiles(), "t10k-images-idx3-ubyte"));
    await expect(openData(noTest, { splits: ["train"] })).rejects.toThrow(
      new DataError(
        `${noTest} has no test images; they are a file named t10k-images… or test-images…, plain or .gz`,
      ),
    );
    const noTraining = temporaryFolder(without(fourFiles(), "train-images-idx3-ubyte"));
    await expect(openData(noTraining)).rejects.toThrow(
      new DataError(
        `${noTraining} has no training images; they are a file named train-images…, plain or .gz`,
      ),
    );
  });

  it("says what a folder needs", async () => {
    const folder = temporaryFolder({ "readme.txt": "nothing" });
    await expect(openData(folder)).rejects.toThrow(
      `${folder} has nothing of a known kind; a folder needs train-images… and t10k-images… or test-images…, plain or .gz`,
    );
  });

  it("names the file when labels and images do not go together", async () => {
    const folder = temporaryFolder({ ...fourFiles(), "train-labels-idx1-ubyte": labels(7) });
    await expect(openData(folder)).rejects.toThrow(
      new DataError(`${folder}/train-labels-idx1-ubyte has 7 labels for 24 images; it needs one for each`),
    );
  });
});

describe("openData of a file", () => {
  it("deals out its examples with the labels beside it", async () => {
    const folder = temporaryFolder({
      "my-images-idx3": images(40),
      "my-labels-idx1.gz": gzipSync(labels(40)),
    });
    const splits = await openData(join(folder, "my-images-idx3"));
    expect(splits).toMatchObject({
      train: { name: "my-images-idx3", split: "train", examples: 32, shape: [2, 2, 1], divisor: 255 },
      validation: { split: "validation", examples: 4 },
      test: { split: "test", examples: 4 },
    });
    for (const split of Object.values(splits)) {
      const rows = storedRows(split);
      const { labels } = split;
      expect(Array.from(rows.filter((_, i) => i % 4 === 0))).toEqual(Array.from(labels!));
    }
  });

  it("goes by the content, whatever the name", async () => {
    const rows = idxFile(
      "float32",
      [10, 3],
      Float32Array.from({ length: 30 }, (_, i) => i / 4),
    );
    const folder = temporaryFolder({ "table.csv": rows, "table.gz": gzipSync(rows), "plain.gz": rows });
    for (const name of ["table.csv", "table.gz", "plain.gz"]) {
      const { train } = await openData(join(folder, name), { splits: ["train"] });
      expect(train).toMatchObject({ name: name.replace(".gz", ""), examples: 8, shape: [3], divisor: 1 });
    }
  });

  it("applies the scale", async () => {
    const folder = temporaryFolder({
      a: idxFile(
        "int16",
        [10, 1],
        Int16Array.from({ length: 10 }, (_, i) => i),
      ),
    });
    const { train } = await openData(join(folder, "a"), { scale: 9 });
    expect(train).toMatchObject({ divisor: 9, schema: { kind: "unit", range: [0, 1] } });
  });

  it.each([
    ["text", "<!DOCTYPE html><html>", `is an HTML page, ${unknown}`],
    ["bytes", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), `is a PNG image, ${unknown}`],
    ["compressed text", gzipSync("a,b,c"), "has no rows; examples are rows below the header"],
    ["compressed nothing", gzipSync(""), `is empty, ${unknown}`],
    ["nothing", "", "is empty: download the file again"],
    [
      "damaged gzip data",
      Uint8Array.of(0x1f, 0x8b, 8),
      "has gzip data that end early or are damaged: download the file again",
    ],
    ["labels", labels(12), "holds 12 single values, as label files do; examples need an images file"],
  ])("names the file when it is %s", async (_, content, message) => {
    const path = join(temporaryFolder({ file: content }), "file");
    await expect(openData(path)).rejects.toThrow(`${path} ${message}`);
  });

  it("needs ten examples", async () => {
    const path = join(temporaryFolder({ few: images(9) }), "few");
    await expect(openData(path)).rejects.toThrow("few has 9 examples");
  });
});

describe("openData of labels that are named otherwise", () => {
  const notes = async (files: Record<string, Uint8Array>, name: string) => {
    const found: string[] = [];
    const folder = temporaryFolder(files);
    const { train } = await openData(join(folder, name), { onNote: (note) => found.push(note) });
    return { train, found, folder };
  };

  it("finds those of another type than the images", async () => {
    const { train, found } = await notes(
      { "x-images-idx2-float": images(12), "x-labels-idx1-int": labels(12) },
      "x-images-idx2-float",
    );
    expect(train.labels).toHaveLength(10);
    expect(found).toEqual([]);
  });

  it("mentions those that it does not take", async () => {
    const { train, found, folder } = await notes(
      { "x-images": images(12), "x_label.idx": labels(12) },
      "x-images",
    );
    expect(train.labels).toBeUndefined();
    expect(found).toEqual([
      `there are no labels: ${folder}/x_label.idx may hold some, but they would be called x-labels`,
    ]);
  });
});

describe("openData of what is not there", () => {
  const advice = "pass a built-in name (mnist) or the path of a file or folder";

  it("suggests the built-in name that was meant", async () => {
    await expect(openData("mnits")).rejects.toThrow(
      new DataError(`there is no data set 'mnits' (did you mean mnist?): ${advice}`),
    );
  });

  it.each(["", "qwertyuiop", "nowhere/at/all", "/nowhere/mnist"])("suggests nothing for %j", async (name) => {
    await expect(openData(name)).rejects.toThrow(new DataError(`there is no data set '${name}': ${advice}`));
  });

  it("suggests the file that was meant", async () => {
    const folder = temporaryFolder({ "faces.idx": images(12) });
    await expect(openData(join(folder, "face.idx"))).rejects.toThrow(
      new DataError(
        `there is no data set '${folder}/face.idx' (did you mean ${folder}/faces.idx?): ${advice}`,
      ),
    );
  });

  it("says so of a path through a file", async () => {
    const path = join(temporaryFolder({ file: images(12) }), "file", "deeper");
    await expect(openData(path)).rejects.toThrow(new DataError(`there is no data set '${path}': ${advice}`));
  });

  it("explains what cannot be read", async () => {
    const folder = temporaryFolder();
    symlinkSync("round", join(folder, "round"));
    await expect(openData(join(folder, "round"))).rejects.toThrow(
      new DataError(`${folder}/round cannot be read, its links lead round in a circle: pass the file itself`),
    );
    await expect(openData("x".repeat(5000))).rejects.toThrow(/ENAMETOOLONG/);
  });

  it("refuses what is neither a file nor a folder", async () => {
    await expect(openData("/dev/null")).rejects.toThrow(
      new DataError("/dev/null is a device, neither a file nor a folder: pass one of these"),
    );
  });
});
