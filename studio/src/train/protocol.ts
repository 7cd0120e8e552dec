import type { Manifest } from "../../../src/explorer/manifest.ts";
import type { Sections } from "../../../src/explorer/pack.ts";
import type { WebGpuFiles } from "../../../src/runtime/web-gpu.ts";

/** An experiment: with the seed, all that its numbers depend on. */
export interface Experiment {
  readonly data: "mnist" | "sprites" | "file";
  /** Sizes of the encoder's hidden layers; the decoder mirrors them. */
  readonly hidden: readonly number[];
  readonly latent: number;
  readonly likelihood: "auto" | "bernoulli" | "gaussian" | "laplace" | "continuous-bernoulli";
  readonly beta: number;
  readonly learningRate: number;
  readonly keepProbability: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Whether a plain autoencoder trains beside it, on the same batches. */
  readonly beside: boolean;
}

export const DEFAULT_EXPERIMENT: Experiment = {
  data: "mnist",
  hidden: [256, 256],
  latent: 2,
  likelihood: "bernoulli",
  beta: 1,
  learningRate: 1e-3,
  keepProbability: 1,
  batchSize: 128,
  seed: 0,
  beside: false,
};

/** β and learning rate that were changed after an iteration. */
export interface Change {
  readonly iteration: number;
  readonly beta: number;
  readonly learningRate: number;
}

export type Order =
  | {
      readonly type: "start";
      readonly experiment: Experiment;
      readonly files?: readonly File[];
      /** Of the engine, absolute. */
      readonly engine: { readonly script: string; readonly wasm: string };
      /** Of the engine for WebGPU, likewise. */
      readonly webgpu: WebGpuFiles;
      readonly mnist: string;
      /** The zip file of a saved model to begin with. */
      readonly model?: File | undefined;
      /** To repeat, in order. */
      readonly changes: readonly Change[];
      /** Iteration at which it pauses. */
      readonly until?: number | undefined;
    }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "step" }
  | ({ readonly type: "change" } & Omit<Change, "iteration">)
  | { readonly type: "save" }
  | { readonly type: "evaluate" };

export interface LossPoint {
  readonly iteration: number;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Of the plain autoencoder beside it. */
  readonly besideReconstruction?: number;
}

/** Means over examples in nats, with one draw of z each. */
export interface Evaluated {
  readonly iteration: number;
  readonly examples: number;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** What a page draws of one moment. */
export interface Snapshot {
  readonly manifest: Manifest;
  readonly sections: Sections;
}

export type Report =
  | {
      readonly type: "begun";
      readonly parameters: number;
      readonly examples: number;
      /** What computes, in words. */
      readonly engine: string;
      readonly notes: readonly string[];
    }
  | { readonly type: "losses"; readonly points: readonly LossPoint[]; readonly speed: number }
  | {
      readonly type: "snapshot";
      readonly iteration: number;
      readonly model: Snapshot;
      readonly beside?: Snapshot;
      /** Whether the moment is kept, for logarithmic time. */
      readonly keep: boolean;
    }
  | { readonly type: "paused"; readonly iteration: number }
  | ({ readonly type: "changed" } & Change)
  | { readonly type: "saved"; readonly zip: Uint8Array<ArrayBuffer> }
  | ({ readonly type: "evaluated" } & Evaluated)
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "failed"; readonly message: string };
