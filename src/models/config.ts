import type { Shape } from "../graph/node.ts";
import type { Likelihood } from "../nn/distributions/likelihood.ts";
import type { Layer } from "../nn/layers.ts";
import type { EncoderInput } from "./encoder-input.ts";

/** A variational autoencoder's networks, as data: everything that fixes which function the parameters make. */
export interface ModelConfig {
  /** Of one example; a row is its values in row-major order. */
  readonly inputShape: Shape;
  /** Layers up to the posterior's head, which adds 2·latent linear units: the mean, then the log-variance. */
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
  /** A plain autoencoder: z is the encoder's output itself, and there is no KL term. */
  readonly deterministic?: boolean;
}
