import { ConfigError } from "../common/errors.ts";
import type { Dataset } from "./dataset.ts";

/** The class of each example. @throws {ConfigError} when there are no labels, or one is missing */
export function knownLabels({ labels, name }: Dataset): Uint8Array | Int32Array {
  if (!labels)
    throw new ConfigError(
      `the model is conditioned on labels but ${name} has none: give data with labels, or train without condition`,
    );
  const missing = labels.findIndex((each) => each < 0);
  if (missing >= 0)
    throw new ConfigError(
      `the model is conditioned on labels but example ${missing} of ${name} has none: leave such examples out`,
    );
  return labels;
}

/** Writes the indicators of classes. @param out [classes.length, width] */
export function writeConditions(out: Float32Array, classes: ArrayLike<number>): void {
  const width = out.length / classes.length;
  out.fill(0);
  for (let row = 0; row < classes.length; row++) out[row * width + classes[row]!] = 1;
}
