import type { Shape } from "../graph/node.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import type { Layer } from "../nn/layers.ts";
import type { Condition } from "./condition.ts";
import type { Missing } from "./missing.ts";

/** Encoder, decoder and likelihood of a model, as data: what its prior and posterior may know of it. */
export interface ModelParts {
  /** Of one example; a row is its values in row-major order. */
  readonly inputShape: Shape;
  /** Layers up to the posterior's head, whose linear units its rule counts: for `normal` the mean, then the log-variance. */
  readonly encoder: readonly Layer[];
  /** Dimensions of z. */
  readonly latent: number;
  /** Layers from z up to the likelihood's head. */
  readonly decoder: readonly Layer[];
  /**
   * The linear layer that makes the likelihood's outputs; absent: a dense one. Its units or channels are those of the
   * data; a likelihood with k outputs per value multiplies them by k.
   */
  readonly head?: Layer;
  readonly likelihood: Likelihood;
  /** What the encoder is given of a row; absent: the row's values. */
  readonly encoderInput?: EncoderInput;
  /** How rows with missing values are taken; absent: they are not. */
  readonly missing?: Missing;
  /** What encoder, decoder or prior get of each example besides its values; absent: nothing. */
  readonly condition?: Condition;
}
