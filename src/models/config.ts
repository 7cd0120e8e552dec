import type { Shape } from "../graph/node.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import type { Layer } from "../nn/layers.ts";
import type { Condition } from "./condition.ts";
import type { PosteriorFamily } from "./posteriors.ts";
import type { Prior } from "./priors.ts";

/** A variational autoencoder's networks, as data: everything that fixes which function the parameters make. */
export interface ModelConfig {
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
   * data: a likelihood that needs several outputs for each value makes them as many times as many.
   */
  readonly head?: Layer;
  readonly likelihood: Likelihood;
  /** What the encoder is given of a row; absent: the row's values. */
  readonly encoderInput?: EncoderInput;
  /** p(z); absent: standard normal. */
  readonly prior?: Prior;
  /** The family of q(z|x); absent: normal with independent dimensions. */
  readonly posterior?: PosteriorFamily;
  /** What encoder, decoder or prior are told of each example beside its values; absent: nothing. */
  readonly condition?: Condition;
  /** The older spelling of `posterior: { type: "point" }`, which stored configurations have. */
  readonly deterministic?: boolean;
}
