import type { Program } from "./program.ts";

/** What an explorer page knows of a run, beside the sections of the pack. */
export interface Manifest {
  readonly format: 1;
  readonly name: string;
  /** Of the data. */
  readonly dataName: string;
  readonly split: string;
  readonly vaekit: string;
  readonly inputShape: readonly number[];
  readonly latent: number;
  readonly deterministic: boolean;
  readonly likelihood: string;
  /** Values drawn black and white. */
  readonly range: readonly [number, number];
  /** Iterations behind the weights. */
  readonly iteration: number;
  readonly parameters: number;
  readonly labelNames?: readonly string[];
  /** Of a table, its columns' names. */
  readonly columnNames?: readonly string[];
  /** Examples whose encodings and inputs are in the pack. */
  readonly points: number;
  readonly decoder: Program;
  /** Absent where it did not fit. */
  readonly encoder?: Program;
}

/**
 * Sections beside the tensors, which stand under `decoder:` and `encoder:`:
 * - `mean` u16 half precision [points, latent]
 * - `logVariance` u8 [points, latent]: from `LEAST_LOG_VARIANCE` to `GREATEST_LOG_VARIANCE`
 * - `labels` i32 [points], −1 where not known; absent without labels
 * - `inputs` u8 [points, values]: from range[0] to range[1]
 * - `indices` i32 [points]: of the examples in their split
 */
export const LEAST_LOG_VARIANCE = -16;
export const GREATEST_LOG_VARIANCE = 4;
