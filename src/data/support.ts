import { DataError } from "../errors.ts";
import type { Dataset } from "./dataset.ts";

/**
 * Makes sure that the likelihood can give every value of the dataset: any real number for a Gaussian,
 * numbers from 0 to 1 for a Bernoulli.
 *
 * @throws {DataError} naming the offending extreme, and the options that help.
 */
export function requireSupport(data: Dataset, likelihood: "bernoulli" | "gaussian"): void {
  const [least, greatest] = data.schema.range;
  // Models see single precision, where a greatest value divided by itself, give or take, is 1.
  if (likelihood === "gaussian" || (least >= 0 && Math.fround(greatest) <= 1)) return;
  const examples = data.shape.length > 1 ? "images" : "rows";
  const subject = data.split === "all" ? examples : `${data.split} ${examples}`;
  if (least < 0) {
    // No scale mends a negative value.
    throw new DataError(
      `${subject} have values down to ${least}; a Bernoulli likelihood needs [0, 1]: pass --likelihood gaussian`,
    );
  }
  throw new DataError(
    `${subject} have values up to ${greatest}; a Bernoulli likelihood needs [0, 1]: ` +
      `pass --scale ${sufficientScale(data)} or --likelihood gaussian`,
  );
}

/** Bytes are meant to go up to 255, whether these do or not; of other values only the greatest is known. */
function sufficientScale({ rows, divisor, schema }: Dataset): number {
  return rows instanceof Uint8Array ? 255 : schema.range[1] * divisor;
}
