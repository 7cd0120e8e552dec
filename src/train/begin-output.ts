import type { Dataset } from "../data/dataset.ts";
import { columnMeans, columnShares } from "../data/moments.ts";
import { usualMeans } from "../data/usual.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Weights } from "../models/weights.ts";
import { outputAtMean } from "../nn/distributions/likelihood.ts";
import type { Marginals } from "../nn/distributions/marginals.ts";
import { sliceView } from "../nn/parameters.ts";

/** Of the decoder's head. */
const BIAS = "decoder.likelihood.bias";

/**
 * Sets the bias of the decoder's head so that p(x|z) begins at the mean of the data: of each value, or of each channel
 * where the head is a convolution, which has one bias for all places. From a bias of 0 the first steps are spent on what
 * all examples share, and the codes, which follow it too, begin far from 0.
 * @param data the training rows
 */
export function beginOutput({ layout, parameters }: Weights, model: ModelConfig, data: Dataset): void {
  const slice = layout.parameters.slices.find(({ name }) => name === BIAS)!;
  sliceView(parameters, slice).set(outputAtMean(model.likelihood, marginalsOf(data, model)));
}

function marginalsOf(data: Dataset, { head }: ModelConfig): Marginals {
  const { size } = data.storage;
  const units = head && "channels" in head ? head.channels : size;
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
    zeros: () => perUnit(columnShares(data, 0)),
    classes(classes) {
      const shares = new Float64Array(classes * size);
      for (let index = 0; index < classes; index++) shares.set(columnShares(data, index), index * size);
      return perUnit(shares);
    },
  };
}
