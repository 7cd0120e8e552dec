import { describe, expect, it } from "vitest";
import { groupMnistFiles, labelNames } from "./mnist-files.ts";

const group = (...names: string[]) => Object.fromEntries(groupMnistFiles(names));

describe("groupMnistFiles", () => {
  it("knows the names of MNIST, Fashion-MNIST and KMNIST", () => {
    expect(
      group(
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
      ),
    ).toEqual({
      "": {
        train: { images: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz" },
        test: { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" },
      },
    });
  });

  it("tells the sets of EMNIST apart", () => {
    const names = ["letters", "digits"].flatMap((set) =>
      ["train-images-idx3", "test-images-idx3", "test-labels-idx1"].map(
        (file) => `emnist-${set}-${file}-ubyte`,
      ),
    );
    expect(group(...names)).toEqual({
      "emnist-letters": {
        train: { images: "emnist-letters-train-images-idx3-ubyte" },
        test: {
          images: "emnist-letters-test-images-idx3-ubyte",
          labels: "emnist-letters-test-labels-idx1-ubyte",
        },
      },
      "emnist-digits": {
        train: { images: "emnist-digits-train-images-idx3-ubyte" },
        test: {
          images: "emnist-digits-test-images-idx3-ubyte",
          labels: "emnist-digits-test-labels-idx1-ubyte",
        },
      },
    });
  });

  it("takes a dot for the second hyphen", () => {
    expect(group("train-images.idx3-ubyte", "train-labels.idx1-ubyte")).toEqual({
      "": { train: { images: "train-images.idx3-ubyte", labels: "train-labels.idx1-ubyte" }, test: {} },
    });
  });

  it("prefers plain files to compressed ones, in whatever order they come", () => {
    const plain = "train-images-idx3-ubyte";
    const found = { "": { train: { images: plain }, test: {} } };
    expect(group(plain, `${plain}.gz`)).toEqual(found);
    expect(group(`${plain}.gz`, plain)).toEqual(found);
  });

  it("leaves other files and QMNIST's labels of many columns aside", () => {
    expect(
      group(
        "qmnist-train-labels-idx2-int",
        "train-images.png",
        "train-images-idx3-ubyte.zip",
        "readme.txt",
        "train",
      ),
    ).toEqual({});
  });
});

describe("labelNames", () => {
  it.each([
    ["train-images-idx3-ubyte", ["train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz"]],
    ["t10k-images.idx3-ubyte.gz", ["t10k-labels.idx1-ubyte.gz", "t10k-labels.idx1-ubyte"]],
    ["images-of-images", ["images-of-labels", "images-of-labels.gz"]],
    ["pictures", []],
  ])("of %s", (images, labels) => {
    expect(labelNames(images)).toEqual(labels);
  });
});
