import { ConfigError } from "../common/errors.ts";
import { type Dataset, exampleValues } from "../data/dataset.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import type { ModelConfig } from "../models/config.ts";
import { posteriorRule } from "../models/posteriors.ts";
import { priorOf, priorRule } from "../models/priors.ts";
import { type MeanWithError, meanWithError } from "../numerics/statistics.ts";
import type { Runtime } from "../runtime/session.ts";
import { drawsOf } from "./aggregate-posterior.ts";
import { uncoveredShare } from "./coverage.ts";
import { fitGaussian, type LatentPrior, standardNormal } from "./latent-prior.ts";
import { nearestRows } from "./nearest-rows.ts";
import { EvaluationNoise } from "./noise.ts";
import { type PriorCells, priorCells } from "./prior-cells.ts";
import type { LongWork } from "./row-function.ts";

/** What a comparison needs of a model; a `VAE` has it. */
export interface Autoencoder {
  readonly model: ModelConfig;
  engine(): Promise<Runtime>;
  encode(data: Dataset, work?: LongWork): Promise<{ mean: Float32Array; logVariance: Float32Array }>;
  decode(z: Float32Array, work: LongWork & { readonly units: "model" }): Promise<Float32Array>;
}

/** How well a distribution over the latent space describes the points that training data are encoded to. */
interface PriorFit {
  /** RMS difference per value between decodings of draws and the training row nearest to each. */
  readonly nearestRow: MeanWithError;
  /** Share of draws with no latent point near: 0 to 1, at best 0.03. @see {@link uncoveredShare} */
  readonly uncovered: number;
  /** Share of latent points with no draw near: 0 to 1, at best 0.03. */
  readonly unreached: number;
  /** Where latent points are missing or crowded, with `holes` and `strays`; only where the latent space is a plane. */
  readonly cells?: PriorCells;
}

/**
 * What distinguishes a variational autoencoder from a plain one. `standard` is the main number: sampling draws from
 * N(0, I) and decodes, and only training can make that work. `fitted` allows the model, after
 * training, the normal distribution that suits its latent points best, as Ghosh et al. (2020, "From variational to
 * deterministic autoencoders", section 4) do for plain ones: what then is left is the points' shape, not their place
 * and scale.
 *
 * `nearestRow` says how far samples are from the data, not whether they are as diverse: a decoder that gives the mean
 * of a class wherever there is nothing stays near. Read it together with the gaps between points and prior.
 */
export interface Comparison {
  readonly standard: PriorFit;
  readonly fitted: PriorFit;
  /** The reference value for `nearestRow`: the same for held-out examples. */
  readonly heldOut: MeanWithError;
}

interface ComparisonOptions extends LongWork {
  readonly seed?: number;
  /** Draws that are decoded, and held-out examples beside them. */
  readonly samples?: number;
  /** Draws and latent points among which neighbours are looked for. */
  readonly points?: number;
}

/**
 * Measures how a model's latent points, one draw from q(z|x) for each training example, lie to the prior, and what
 * the decoder makes of draws. Numbers of two models trained on the same data can be compared.
 * @throws {ConfigError} when `samples` or `points` is not a number of examples, or the prior is not standard normal
 * @throws {DataError} when all latent points are the same
 */
export async function compareWithPrior(
  autoencoder: Autoencoder,
  { train, heldOut }: { readonly train: Dataset; readonly heldOut: Dataset },
  { seed = 0, samples = 1000, points = 5000, ...work }: ComparisonOptions = {},
): Promise<Comparison> {
  requireCount("samples", samples);
  requireCount("points", points);
  const { latent } = autoencoder.model;
  if (!priorRule(autoencoder.model).factorises)
    throw new ConfigError(
      `the prior is ${priorOf(autoencoder.model).type}: models are compared by a standard normal prior only`,
    );
  if (autoencoder.model.condition)
    throw new ConfigError("the model is conditioned on labels: models are compared without conditions only");
  const rule = posteriorRule(autoencoder.model);
  if (rule.hasDensity && !rule.isDiagonalNormal)
    throw new ConfigError(
      `the posterior is ${rule.type}: models are compared by normal posteriors with independent dimensions only`,
    );
  const runtime = await autoencoder.engine();
  const noise = await EvaluationNoise.create();
  const latentPoints = await posteriorDraws(autoencoder, train, noise, seed);
  const distance = async (rows: Float32Array, part: number) =>
    meanWithError((await nearestRows(runtime, rows, train, partOf(work, part, 3))).distances);

  const fitOf = async ({ rank, standardize, place }: LatentPrior, part: number): Promise<PriorFit> => {
    const draws = new Float32Array(Math.max(samples, points) * rank);
    noise.fill(draws, { seed, stream: "prior" });
    const decoded = await autoencoder.decode(place(draws.subarray(0, samples * rank)), { units: "model" });
    const nearestRow = await distance(decoded, part);
    const quietly = work.signal ? { signal: work.signal } : {};
    return {
      nearestRow,
      ...(await latentFit(runtime, standardize(latentPoints), draws, rank, points, quietly)),
    };
  };
  return {
    standard: await fitOf(standardNormal(latent), 0),
    fitted: await fitOf(fitGaussian(latentPoints, latent), 1),
    heldOut: await distance(exampleValues(withoutGaps(heldOut), spread(heldOut.examples, samples)), 2),
  };
}

/** One draw of z from q(z|x) for each example, [examples, latent]. */
async function posteriorDraws(
  autoencoder: Autoencoder,
  data: Dataset,
  noise: EvaluationNoise,
  seed: number,
): Promise<Float32Array> {
  const { mean, logVariance } = await autoencoder.encode(data);
  const epsilon = new Float32Array(mean.length);
  noise.fill(epsilon, { seed, stream: "evaluation" });
  return Float32Array.from(drawsOf({ mean, logVariance }, epsilon));
}

async function latentFit(
  runtime: Runtime,
  latentPoints: Float32Array,
  draws: Float32Array,
  dimensions: number,
  points: number,
  work: LongWork,
): Promise<Omit<PriorFit, "nearestRow">> {
  const some = rowsAt(latentPoints, spread(latentPoints.length / dimensions, points), dimensions);
  const asMany = draws.subarray(0, some.length);
  return {
    uncovered: await uncoveredShare(runtime, asMany, some, dimensions, work),
    unreached: await uncoveredShare(runtime, some, asMany, dimensions, work),
    ...(dimensions === 2 && { cells: await priorCells(runtime, latentPoints) }),
  };
}

/** Progress of one of several pieces of work of the same size. */
function partOf({ signal, onProgress }: LongWork, part: number, parts: number): LongWork {
  return {
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.(part * total + done, parts * total),
  };
}

/** Evenly spaced indices of 0 … length − 1: data may be sorted by class. */
function spread(length: number, count: number): Uint32Array {
  const all = Math.min(length, count);
  return Uint32Array.from({ length: all }, (_, index) => Math.floor((index * length) / all));
}

function rowsAt(values: Float32Array, indices: Uint32Array, size: number): Float32Array {
  const rows = new Float32Array(indices.length * size);
  for (const [row, index] of indices.entries())
    rows.set(values.subarray(index * size, (index + 1) * size), row * size);
  return rows;
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new ConfigError(`${name} is ${value}: it must be a positive integer`);
}
