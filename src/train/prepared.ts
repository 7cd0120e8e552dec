import { ConfigError } from "../common/errors.ts";
import type { Dataset } from "../data/dataset.ts";
import { columnMoments } from "../data/moments.ts";
import { withPreprocess } from "../data/preprocess.ts";
import { type Likelihood, supportOf } from "../nn/distributions/likelihood.ts";
import { takesReals, usualData } from "./usual-data.ts";

/** Single precision keeps seven digits: from here on, four of them or fewer are left for what varies. */
const DWARFED = 1000;

/** Below this part of the mean, a deviation is a rounding error of double precision. */
const RESOLUTION = 1e-13;

/** Small integers leave no room for a mean that dwarfs the spread. */
const NEVER_DWARFED = ["Uint8Array", "Int8Array"];

/**
 * Training data as a model of this likelihood sees them. Real columns whose mean is more than 1000 deviations from 0 are
 * centred, in double precision, and so are all real columns where the data are to be standardised, which then are
 * divided by their deviation, too. Data that were prepared before stay as they are.
 * @throws {ConfigError} when data are to be standardised for a likelihood of other values than reals
 */
export function prepared(data: Dataset, likelihood: Likelihood): Dataset {
  if (data.preprocess) return data;
  const { columns } = data.schema;
  if (!takesReals(likelihood)) {
    if (!data.standardize) return data;
    const { title } = supportOf(likelihood);
    throw new ConfigError(
      `standardize was given, after which values are real numbers around 0, which ${title} cannot give: leave it out, or choose a likelihood of real numbers, such as gaussian`,
    );
  }
  if (!data.standardize && NEVER_DWARFED.includes(data.storage.type)) return data;
  const isReal = (column: number) =>
    likelihood.type === "mixed" ? columns?.[column]?.kind === "real" : true;
  const { mean, deviation } = columnMoments(usualData(data, likelihood).data);
  const varies = (column: number) => deviation[column]! > RESOLUTION * Math.abs(mean[column]!);
  const isDwarfed = (column: number) =>
    varies(column) && Math.abs(mean[column]!) > DWARFED * deviation[column]!;
  const standardize = data.standardize === true;
  const center = Array.from(mean, (each, column) =>
    isReal(column) && (standardize || isDwarfed(column)) ? each : 0,
  );
  const spread = Array.from(deviation, (each, column) =>
    standardize && isReal(column) && varies(column) ? each : 1,
  );
  if (!center.some((each) => each !== 0) && !spread.some((each) => each !== 1)) return data;
  return withPreprocess(data, { center, spread });
}
