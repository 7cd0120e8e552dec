import type { Checkpoint } from "./checkpoint.ts";

/** Means over some examples, in nats per example. */
export interface LossMeans {
  /** reconstruction − kl */
  readonly elbo: number;
  /** Expected log-likelihood, in nats per example. */
  readonly reconstruction: number;
  /** KL of the posteriors from the prior, in nats per example. */
  readonly kl: number;
  /** The importance-weighted bound; absent when the objective's bound is the ELBO. */
  readonly bound?: number;
  /** Further terms of the loss by name, weights included; absent where there are none. */
  readonly penalties?: Readonly<Record<string, number>>;
  /** What is logged beside the loss by name, such as `perplexity`: means over batches; absent where there is nothing. */
  readonly measures?: Readonly<Record<string, number>>;
}

/** The loss record alone, without other fields. */
export function lossMeans({
  reconstruction,
  kl,
  bound,
  penalties,
  measures,
}: Omit<LossMeans, "elbo">): LossMeans {
  return {
    elbo: reconstruction - kl,
    reconstruction,
    kl,
    ...(bound !== undefined && { bound }),
    ...(penalties && { penalties }),
    ...(measures && { measures }),
  };
}

/** The bound on ln p(x) that the objective has: the importance-weighted one, or else the ELBO. */
export function boundOf({ elbo, bound }: LossMeans): number {
  return bound ?? elbo;
}

/** Whether the bound and all penalties are numbers. */
export function isFiniteLoss(means: LossMeans): boolean {
  return [boundOf(means), ...Object.values(means.penalties ?? {})].every(Number.isFinite);
}

/**
 * What happens in a training, in order. Progress bars, histories, checkpoints on disk, films and early stopping all
 * read the same events.
 */
export type TrainingEvent =
  | {
      readonly type: "start";
      /** Iterations already done: above 0 when resumed. */
      readonly iteration: number;
      readonly maxIterations: number;
      readonly iterationsPerEpoch: number;
      readonly parameterCount: number;
      /** What steps run on: `cpu`, or the name of an accelerator. */
      readonly device: string;
    }
  /** After every iteration; the means are over its batch. */
  | ({
      readonly type: "iteration";
      /** Brings the model's weights up to date, where they are in an accelerator's memory meanwhile. */
      readonly read: () => Promise<void>;
    } & Progress &
      LossMeans)
  /** Every `logEvery` iterations; the means are over the batches since the last. */
  | ({ readonly type: "log" } & Progress & LossMeans)
  | ({
      readonly type: "validation";
      readonly iteration: number;
      readonly epoch: number;
      /** Whether this is the best so far by what training maximises; false while a warm-up lasts. */
      readonly best: boolean;
      /** Mean KL of each latent dimension. */
      readonly klPerDimension?: readonly number[];
    } & LossMeans)
  /** A message for the user, in one sentence. */
  | { readonly type: "warning"; readonly iteration: number; readonly message: string }
  /**
   * Its buffers are views of live memory, shared with other threads: write them out, or copy them with `slice`, before
   * asking for the next event. What structuredClone or postMessage makes of them is the same memory.
   */
  | { readonly type: "checkpoint"; readonly checkpoint: Checkpoint }
  | {
      readonly type: "end";
      readonly reason: "finished" | "stopped early" | "aborted";
      readonly iteration: number;
      /** The iteration whose parameters were kept. */
      readonly keptIteration: number;
    };

interface Progress {
  /** Counted from 1. */
  readonly iteration: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  readonly beta: number;
}
