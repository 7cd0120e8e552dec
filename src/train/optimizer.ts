import type { Kernels } from "../kernels/kernels.ts";
import type { OptimizedParameters } from "../kernels/optimizer-settings.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { OptimizerSettings } from "../models/optimizer-setting.ts";

/** Flat buffers of one layout, all in the kernels' memory; the gradients are sums over the batch or part of it. */
interface OptimizerBuffers extends OptimizedParameters {
  readonly moments: readonly Float32Array[];
}

interface Update {
  /** Counted from 1. */
  readonly iteration: number;
  readonly learningRate: number;
  /** Makes the gradient's sum a mean: 1/batchSize. */
  readonly gradientScale: number;
  /** Elements from the start to which decay applies. */
  readonly decayLength: number;
}

/** An optimizer: its number of moments, and its update in place. */
interface Optimizer {
  readonly momentCount: number;
  /** Whether helpers take part in its work. */
  readonly isShared: boolean;
  update(kernels: Kernels, buffers: OptimizerBuffers, update: Update, settings: Hyperparameters): void;
}

type Own<T> = Extract<OptimizerSettings, { type: T }>;

const adam: Optimizer = {
  momentCount: 2,
  isShared: true,
  update(kernels, { moments, ...optimized }, { iteration, ...update }, settings) {
    const own = settings.optimizer as Own<"adam" | "adamw">;
    kernels.adam(
      { ...optimized, firstMoment: moments[0]!, secondMoment: moments[1]! },
      {
        ...update,
        ...clipping(settings),
        step: iteration,
        l2: settings.l2,
        epsilon: own.epsilon,
        weightDecay: own.type === "adamw" ? own.weightDecay : 0,
      },
    );
  },
};

const sgd: Optimizer = {
  momentCount: 1,
  isShared: false,
  update(kernels, { moments, ...optimized }, { iteration: _, ...update }, settings) {
    const { momentum } = settings.optimizer as Own<"sgd">;
    kernels.sgd(
      { ...optimized, velocity: moments[0]! },
      { ...update, ...clipping(settings), l2: settings.l2, momentum },
    );
  },
};

export const optimizers: Readonly<Record<OptimizerSettings["type"], Optimizer>> = {
  adam,
  adamw: adam,
  sgd,
};

function clipping({ clipNorm, clipValue }: Hyperparameters): { clipNorm: number } | { clipValue: number } {
  return clipNorm > 0 ? { clipNorm } : { clipValue };
}
