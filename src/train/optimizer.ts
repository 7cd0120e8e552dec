import type { Kernels } from "../kernels/kernels.ts";
import type { Hyperparameters } from "./settings.ts";

/** Flat buffers of one layout, all in the kernels' memory. */
export interface OptimizerBuffers {
  readonly parameters: Float32Array;
  /** Sums over the batch. */
  readonly gradients: Float32Array;
  readonly moments: readonly Float32Array[];
}

export interface Update {
  /** Counted from 1. */
  readonly iteration: number;
  readonly learningRate: number;
  /** Makes the gradient's sum a mean: 1/batchSize. */
  readonly gradientScale: number;
  /** Elements from the start to which decay applies. */
  readonly decayLength: number;
}

/** One way to move parameters: how many moments it keeps, and its update in place. */
export interface Optimizer {
  readonly momentCount: number;
  /** Whether the kernels' threads share its work. */
  readonly isShared: boolean;
  update(kernels: Kernels, buffers: OptimizerBuffers, update: Update, settings: Hyperparameters): void;
}

const adam: Optimizer = {
  momentCount: 2,
  isShared: true,
  update(kernels, { parameters, gradients, moments }, { iteration, ...update }, settings) {
    kernels.adam(
      { parameters, gradients, firstMoment: moments[0]!, secondMoment: moments[1]! },
      {
        ...update,
        ...clipping(settings),
        step: iteration,
        epsilon: settings.epsilon,
        l2: settings.l2,
        weightDecay: settings.optimizer === "adamw" ? settings.weightDecay : 0,
      },
    );
  },
};

const sgd: Optimizer = {
  momentCount: 1,
  isShared: false,
  update(kernels, { parameters, gradients, moments }, { iteration: _, ...update }, settings) {
    kernels.sgd(
      { parameters, gradients, velocity: moments[0]! },
      { ...update, ...clipping(settings), l2: settings.l2, momentum: settings.momentum },
    );
  },
};

export const optimizers: Readonly<Record<Hyperparameters["optimizer"], Optimizer>> = {
  adam,
  adamw: adam,
  sgd,
};

function clipping({ clipNorm, clipValue }: Hyperparameters): { clipNorm: number } | { clipValue: number } {
  return clipNorm > 0 ? { clipNorm } : { clipValue };
}
