import { type SplitName, subset } from "../data/dataset.ts";
import type { OpenOptions } from "../data/splits.ts";
import { countGaps } from "../data/without-gaps.ts";
import { imageBitsPerDimension } from "../evaluate/bits-per-dimension.ts";
import { notConverged } from "../evaluate/convergence.ts";
import { evaluateLatents } from "../evaluate/latents.ts";
import { comparePca } from "../evaluate/pca.ts";
import { type EvaluationRecord, evaluationRecord } from "../evaluate/record.ts";
import { posteriorRule } from "../models/posteriors.ts";
import { meanWithError } from "../numerics/statistics.ts";
import { openRunSplits, type TrainedRun } from "./open.ts";
import { fittedCodeKl } from "./samplers/autoregressive.ts";
import type { Watch } from "./watch.ts";

/** Which measurements of a run to make. */
interface EvaluationRequest {
  /** Data in place of the run's: built-in name or path. */
  readonly data?: string | undefined;
  /** How files are read, over how the run's were. */
  readonly reading?: OpenOptions | undefined;
  readonly split: SplitName;
  /** Importance samples of an example. */
  readonly samples: number;
  /** Examples whose likelihood is estimated, the first of the split. */
  readonly nllExamples: number;
  /** Whether the latent space is measured. */
  readonly latents: boolean;
  /** Whether PCA is measured beside it. */
  readonly pca: boolean;
  readonly seed: number;
  readonly watch: Watch;
  /** Called when the training examples are not those of the run. */
  readonly warn?: ((message: string) => void) | undefined;
}

interface RunEvaluation {
  readonly record: EvaluationRecord;
  /** Why the likelihood's estimate is unreliable, if it is. */
  readonly notConverged: string | undefined;
}

/**
 * Measures a trained model: bound, likelihood, latent space, and PCA beside it.
 * @throws {DataError} when the data cannot be read, or are not shaped as the run's
 */
export async function evaluateRun(run: TrainedRun, request: EvaluationRequest): Promise<RunEvaluation> {
  const { vae, directory } = run;
  const { split, samples, seed, watch } = request;
  const splits = await openRunSplits(run, request.data, request.warn, request.reading);
  const data = splits[split];
  const bound = await watch("ELBO", "examples", (work) => vae.elbo(data, { seed, ...work }));
  const first = subset(data, 0, Math.min(request.nllExamples, data.examples));
  const importance = await watch("likelihood", "samples", (work) =>
    vae.importanceSampling(first, { seed, samples, ...work }),
  );
  const { mean } = meanWithError(importance.logLikelihood);
  const judged = { train: splits.train, data, seed };
  const { isCertain = false } = posteriorRule(vae.model);
  // Bits per dimension are of whole rows.
  const isExact = vae.hyperparameters.binarize === "never" && data.schema.missing === undefined;
  const record = evaluationRecord({
    run: directory,
    data: data.name,
    split,
    seed,
    missing: countGaps(data),
    bound,
    importance,
    bitsPerDimension: isExact ? imageBitsPerDimension(vae.model.likelihood, data, -mean) : undefined,
    samples: importance.curve.at(-1)!.samples,
    nllIsBound: isCertain,
    fittedCodeKl: isCertain ? await fittedCodeKl(run, data, watch) : undefined,
    latents: request.latents
      ? await watch("latent space", "steps", (work) => evaluateLatents(vae, { ...judged, ...work }))
      : undefined,
    pca: request.pca
      ? await watch("PCA", "steps", (work) => comparePca(vae, { ...judged, ...work }))
      : undefined,
  });
  return { record, notConverged: isCertain ? undefined : notConverged(importance) };
}
