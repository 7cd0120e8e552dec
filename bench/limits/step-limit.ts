/** The least time in which a training step of a VAE can be done on a machine. */
import { BYTES_PER_PARAMETER } from "./bandwidth.ts";

/** What one layer asks for, whatever it is. */
export interface LayerWork {
  /** Multiplications and additions of its forward pass, for one example. */
  readonly flops: number;
  /** Weights and biases. */
  readonly parameters: number;
}

export function dense(inputs: number, outputs: number): LayerWork {
  return { flops: 2 * inputs * outputs, parameters: (inputs + 1) * outputs };
}

/**
 * A convolution of `inputs` to `outputs` channels, with a square kernel at so many places; transposed, the channels
 * are those of the convolution that it is the adjoint of, except for the bias.
 */
export function convolution(
  { inputs, outputs, kernel, places }: { inputs: number; outputs: number; kernel: number; places: number },
  biases = outputs,
): LayerWork {
  const weights = kernel ** 2 * inputs * outputs;
  return { flops: 2 * weights * places, parameters: weights + biases };
}

/** Weights and biases. */
export function parametersOf(layers: readonly LayerWork[]): number {
  return layers.reduce((sum, { parameters }) => sum + parameters, 0);
}

/** Floating-point operations of the matrix products of one example's forward pass. */
export function forwardFlops(layers: readonly LayerWork[]): number {
  return layers.reduce((sum, { flops }) => sum + flops, 0);
}

/**
 * Floating-point operations of the matrix products of one step. A layer needs three products of equal work: forward,
 * gradient of its weights, gradient of its input; the first layer's input needs no gradient.
 */
export function gemmFlopsOfStep(layers: readonly LayerWork[], batch: number): number {
  return layers.reduce((sum, { flops }, index) => sum + (index === 0 ? 2 : 3) * batch * flops, 0);
}

interface StepWork {
  readonly gemmFlops: number;
  readonly parameters: number;
}

interface MachineLimits {
  /** Floating-point operations a second. */
  readonly gemmPeak: number;
  /** Bytes a second. */
  readonly bandwidth: number;
}

/** Seconds: the matrix products at their peak, then the optimizer at the speed of memory. */
export function stepLimit({ gemmFlops, gemmPeak, parameters, bandwidth }: StepWork & MachineLimits): number {
  return gemmFlops / gemmPeak + (BYTES_PER_PARAMETER * parameters) / bandwidth;
}
