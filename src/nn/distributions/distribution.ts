import type { Tensor } from "../../graph/node.ts";

/** A symbolic distribution over rows: batch axes first, the values of one example on the last axis. */
export interface Distribution {
  /** ln p(x) in nats, summed over the last axis. @param x broadcasts against the parameters */
  logProb(x: Tensor): Tensor;
  /** Expected value, of the parameters' shape. */
  readonly mean: Tensor;
  /** What `sample` wants: standard normal or uniform [0, 1) noise of the mean's shape. */
  readonly noise: "normal" | "uniform";
  sample(noise: Tensor): Tensor;
  /** Named parameters, for export. */
  readonly parameters: Readonly<Record<string, Tensor>>;
}
