import type { Dataset } from "../data/dataset.ts";
import { columnMeans, columnMoments, columnShares } from "../data/moments.ts";
import { usualMeans } from "../data/usual.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Weights } from "../models/weights.ts";
import { learnedAtMean, outputAtMean } from "../nn/distributions/likelihood.ts";
import type { Marginals } from "../nn/distributions/marginals.ts";
import { sliceView } from "../nn/parameters.ts";

/** The scope of the decoder's head. */
const HEAD = "decoder.likelihood";

/**
 * Sets the bias of the decoder's head so that p(x|z) begins at the mean of the data, and spreads that are learned beside
 * it at the data's: of each value, or of each channel
 * where the head is a convolution, which has one bias for all places. From a bias of 0 the first steps are spent on what
 * all examples share, and the codes, which follow it too, begin far from 0.
 * @param data the training rows
 */
export function beginOutput({ layout, parameters }: Weights, model: ModelConfig, data: Dataset): void {
  const begin = (name: string, values: Float64Array) => {
    const slice = layout.parameters.slices.find((each) => each.name === `${HEAD}.${name}`)!;
    sliceView(parameters, slice).set(values);
  };
  begin("bias", outputAtMean(model.likelihood, marginalsOf(data, unitsOf(model, data))));
  const learned = learnedAtMean(model.likelihood, marginalsOf(data, data.storage.size));
  for (const [name, values] of Object.entries(learned)) begin(name, values);
}

function unitsOf({ head }: ModelConfig, data: Dataset): number {
  return head && "channels" in head ? head.channels : data.storage.size;
}

/** @param units values of a row, or channels */
function marginalsOf(data: Dataset, units: number): Marginals {
  const { size } = data.storage;
  /** Means over the places of each channel, of one row of `size` values or several. */
  const perUnit = (values: Float64Array): Float64Array => {
    if (units === size) return values;
    const pooled = new Float64Array((values.length / size) * units);
    for (const [i, value] of values.entries())
      pooled[Math.floor(i / size) * units + (i % units)]! += (value * units) / size;
    return pooled;
  };
  const means = columnMeans(data);
  return {
    examples: data.examples * (size / units),
    mean: perUnit(means),
    centre: () => perUnit(usualMeans(data, means)),
    deviation: () => perUnit(columnMoments(data).deviation.map((each) => each ** 2)).map(Math.sqrt),
    zeros: () => perUnit(columnShares(data, 0)),
    classes(classes) {
      const shares = new Float64Array(classes * size);
      for (let index = 0; index < classes; index++) shares.set(columnShares(data, index), index * size);
      return perUnit(shares);
    },
  };
}
