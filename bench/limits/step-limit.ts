/** The least time in which a training step of a multilayer perceptron can be done on a machine. */
import { BYTES_PER_PARAMETER } from "./bandwidth.ts";

/** Inputs and outputs of one dense layer. */
export type LayerSize = readonly [inputs: number, outputs: number];

/** The reference VAE 784-500-500-50; its encoder gives mean and log-variance. */
export const REFERENCE_LAYERS: readonly LayerSize[] = [
  [784, 500],
  [500, 500],
  [500, 100],
  [50, 500],
  [500, 500],
  [500, 784],
];

/** Weights and biases. */
export function parametersOf(layers: readonly LayerSize[]): number {
  return layers.reduce((sum, [inputs, outputs]) => sum + (inputs + 1) * outputs, 0);
}

/**
 * Floating-point operations of the matrix products of one step. A layer needs three products of 2·batch·inputs·outputs
 * each: forward, gradient of its weights, gradient of its input; the first layer's input needs no gradient.
 */
export function gemmFlopsOfStep(layers: readonly LayerSize[], batch: number): number {
  return layers.reduce((sum, [inputs, outputs], index) => {
    const products = index === 0 ? 2 : 3;
    return sum + products * 2 * batch * inputs * outputs;
  }, 0);
}

export interface StepWork {
  readonly gemmFlops: number;
  readonly parameters: number;
}

export interface MachineLimits {
  /** Floating-point operations a second. */
  readonly gemmPeak: number;
  /** Bytes a second. */
  readonly bandwidth: number;
}

/** Seconds: the matrix products at their peak, then the optimizer at the speed of memory. */
export function stepLimit({ gemmFlops, gemmPeak, parameters, bandwidth }: StepWork & MachineLimits): number {
  return gemmFlops / gemmPeak + (BYTES_PER_PARAMETER * parameters) / bandwidth;
}
