import { expand, greater, mul, reduceSum, where } from "../../graph/build.ts";
import type { Shape, Tensor } from "../../graph/node.ts";

/** A symbolic distribution over rows: batch axes first, the values of one example on the last axis. */
export interface DistributionCore {
  /**
   * ln p(x) in nats, summed over the last axis.
   * @param x broadcasts against the parameters
   * @param mask of the shape of `x`: 1 where a value was observed, 0 where it is missing and does not count; absent: all
   *   count. A missing value is one that the distribution can give
   */
  logProb(x: Tensor, mask?: Tensor): Tensor;
  /** Expected value of each value. */
  readonly mean: Tensor;
  /** Most likely value of each value, of the mean's shape. */
  readonly mode: Tensor;
  /** Named parameters, for export. Each has the mean's shape, broadcasts to it, or has additional axes. */
  readonly parameters: Readonly<Record<string, Tensor>>;
}

/** A distribution whose draws are a function of noise, so that the graph can make them. */
export interface Distribution extends DistributionCore {
  /** Shape and distribution of the noise for `sample`. */
  readonly noise: DistributionNoise;
  /** A draw, of the mean's shape. @param noise independent numbers as described by {@link noise} */
  sample(noise: Tensor): Tensor;
}

/**
 * A distribution of counts, whose exact draws take a number of steps that is itself random: they are made outside of
 * the graph, from its parameters.
 */
export interface CountDistribution extends DistributionCore {
  /**
   * A draw of each value.
   * @param parameters as evaluated, each as large as the mean
   * @param uniform gives independent numbers in [0, 1)
   */
  draw(parameters: Readonly<Record<string, Float32Array>>, uniform: () => number): Float32Array;
}

/** Random numbers behind one draw: standard normal, or uniform in [0, 1). */
interface DistributionNoise {
  readonly distribution: "normal" | "uniform";
  readonly shape: Shape;
}

/** A parameter shared by all values or rows, repeated for each; one with additional axes is returned unchanged. */
export function asLargeAs(mean: Tensor, parameter: Tensor): Tensor {
  return parameter.shape.length <= mean.shape.length ? expand(parameter, mean.shape) : parameter;
}

/** The sum of values over the last axis, of those alone that were observed. @param mask as in {@link DistributionCore.logProb} */
export function sumObserved(values: Tensor, mask: Tensor | undefined): Tensor {
  return reduceSum(mask ? mul(values, mask) : values, [-1]);
}

/** Values, with another in place of those that were not observed. @param mask as in {@link DistributionCore.logProb} */
export function whereObserved(values: Tensor, mask: Tensor | undefined, otherwise: number): Tensor {
  return mask ? where(greater(mask, 0), values, otherwise) : values;
}
