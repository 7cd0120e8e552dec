import { meanWithError, quantile } from "../numerics/statistics.ts";
import { notConverged } from "./convergence.ts";
import { countActiveUnits, type ElboDetails } from "./evaluation.ts";
import type { LatentEvaluation } from "./latents.ts";
import type { ImportanceSampling } from "./likelihood.ts";
import type { PcaBaseline } from "./pca.ts";

/** The result of `evaluate --json`. Every field is explained in docs/numbers.md. */
export interface EvaluationRecord {
  readonly run: string;
  readonly data: string;
  readonly split: string;
  readonly seed: number;
  readonly examples: number;
  /** Values of these examples that are missing: the likelihoods are of the others. */
  readonly missing: number;
  readonly elbo: number;
  readonly elboStandardError: number;
  readonly reconstruction: number;
  readonly kl: number;
  readonly nll: number;
  readonly nllStandardError: number;
  readonly nllExamples: number;
  /** Whether `nll` is minus the ELBO, an upper bound, because codes are certain and there are no draws to weigh. */
  readonly nllIsBound: boolean;
  /** KL of codes from the prior that was fitted to them after training; null where there is none. */
  readonly fittedCodeKl: number | null;
  readonly bitsPerDimension: number | null;
  readonly samples: number;
  readonly effectiveSampleSize: {
    readonly mean: number;
    readonly median: number;
    readonly lowest5Percent: number;
  };
  readonly curve: readonly {
    readonly samples: number;
    readonly bound: number;
    readonly standardError: number;
    readonly rise: number | null;
    readonly riseStandardError: number | null;
  }[];
  readonly converged: boolean;
  readonly latent: number;
  /** Null of a single example. */
  readonly activeUnits: number | null;
  readonly klPerDimension: readonly number[];
  /** The layer next to the data first; empty where there are no layers of latents. */
  readonly klPerLayer: readonly number[];
  readonly latents: LatentEvaluation | null;
  readonly pca: PcaBaseline | null;
}

interface Evaluated {
  readonly run: string;
  readonly data: string;
  readonly split: string;
  readonly seed: number;
  readonly missing: number;
  readonly bound: ElboDetails;
  readonly importance: ImportanceSampling;
  readonly bitsPerDimension: number | undefined;
  readonly samples: number;
  readonly nllIsBound: boolean;
  readonly fittedCodeKl: number | undefined;
  readonly latents: LatentEvaluation | undefined;
  readonly pca: PcaBaseline | undefined;
}

export function evaluationRecord(evaluated: Evaluated): EvaluationRecord {
  const { run, data, split, seed, missing, bound, importance, bitsPerDimension, samples, latents, pca } =
    evaluated;
  const { nllIsBound, fittedCodeKl } = evaluated;
  const { logLikelihood, effectiveSampleSize, curve } = importance;
  const { mean, standardError } = meanWithError(logLikelihood);
  return {
    run,
    data,
    split,
    seed,
    examples: bound.examples,
    missing,
    elbo: bound.elbo,
    elboStandardError: bound.elboStandardError,
    reconstruction: bound.reconstruction,
    kl: bound.kl,
    nll: -mean,
    nllStandardError: standardError,
    nllExamples: logLikelihood.length,
    nllIsBound,
    fittedCodeKl: fittedCodeKl ?? null,
    bitsPerDimension: bitsPerDimension ?? null,
    samples,
    effectiveSampleSize: {
      mean: meanWithError(effectiveSampleSize).mean,
      median: quantile(effectiveSampleSize, 0.5),
      lowest5Percent: quantile(effectiveSampleSize, 0.05),
    },
    curve: curve.map((point) => ({
      samples: point.samples,
      bound: point.mean,
      standardError: point.standardError,
      rise: point.rise?.mean ?? null,
      riseStandardError: point.rise?.standardError ?? null,
    })),
    converged: !nllIsBound && notConverged(importance) === undefined,
    latent: bound.meanVariance.length,
    activeUnits: countActiveUnits(bound),
    klPerDimension: Array.from(bound.klPerDimension),
    klPerLayer: Array.from(bound.klPerLayer),
    latents: latents ?? null,
    pca: pca ?? null,
  };
}
