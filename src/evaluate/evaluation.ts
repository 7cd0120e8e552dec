import type { Dataset } from "../data/dataset.ts";
import { exampleSize } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { KL_TERMS } from "../models/loss-terms.ts";
import { EVIDENCE_LOWER_BOUND, type Objective } from "../models/objective.ts";
import type { Weights } from "../models/weights.ts";
import { meanWithError } from "../numerics/statistics.ts";
import type { Runtime } from "../runtime/session.ts";
import { elboGraph, klOutput } from "./elbo.ts";
import { writeObserved } from "./encoding.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { EvaluationNoise } from "./noise.ts";
import { type LongWork, RowFunction } from "./row-function.ts";

/** The evidence lower bound on some examples, in nats per example. */
export interface ElboSummary {
  /** reconstruction − kl */
  readonly elbo: number;
  /** Standard error of `elbo` over examples. */
  readonly elboStandardError: number;
  /** Mean expected ln p(x|z). */
  readonly reconstruction: number;
  /** Mean KL(q(z|x) ‖ p(z)). */
  readonly kl: number;
  /** Mean importance-weighted bound, where that is what was evaluated. */
  readonly bound?: number;
  /** Mean of that bound with its KL weighed by β, where it was evaluated with another β than 1. */
  readonly maximised?: number;
  /** How many were evaluated. */
  readonly examples: number;
}

/** The evaluation of the ELBO, with details of the latent dimensions. */
export interface ElboDetails extends ElboSummary {
  /** Mean KL of each latent dimension; empty where the KL does not split by dimension. */
  readonly klPerDimension: Float64Array;
  /** Mean KL of each layer of latents, the one next to the data first; empty where there are no layers. */
  readonly klPerLayer: Float64Array;
  /** Variance over examples of each dimension of the posterior mean (Burda et al. 2016, section 5.2). */
  readonly meanVariance: Float64Array;
  /** Of each example, in their order. */
  readonly perExample: { readonly reconstruction: Float64Array; readonly kl: Float64Array };
}

/** A dimension is active when its posterior mean varies by more than this over examples (Burda et al. 2016). */
const ACTIVE_VARIANCE = 0.01;

/** @returns null of a single example, over which nothing varies */
export function countActiveUnits({
  meanVariance,
  examples,
}: Pick<ElboDetails, "meanVariance" | "examples">): number | null {
  if (examples < 2) return null;
  return meanVariance.filter((variance) => variance > ACTIVE_VARIANCE).length;
}

/** Evaluates a model's ELBO repeatedly while its weights change. */
export class ElboEvaluator {
  private readonly model: ModelConfig;
  private readonly graph: RowFunction;
  private readonly noise: EvaluationNoise;
  private readonly binarize: boolean;

  /**
   * @param objective whose bound to evaluate
   * @param samples draws of z an example
   * @param beta weight of the KL in `maximised`
   * @param binarize whether pixels become 0 or 1, once for each example and seed
   */
  static async create(
    runtime: Runtime,
    model: ModelConfig,
    weights: Weights,
    {
      objective = EVIDENCE_LOWER_BOUND,
      samples = 1,
      beta = 1,
      binarize = false,
    }: { objective?: Objective; samples?: number; beta?: number; binarize?: boolean } = {},
  ): Promise<ElboEvaluator> {
    const noise = await EvaluationNoise.create();
    const graph = await RowFunction.compile(runtime, weights, elboGraph(model, objective, samples, beta));
    return new ElboEvaluator(model, graph, noise, { binarize });
  }

  /** The same for the ELBO, with a compiled function that its owner keeps and disposes of. */
  static async kept(
    functions: KeptFunctions,
    model: ModelConfig,
    { samples, binarize }: { samples: number; binarize: boolean },
  ): Promise<ElboEvaluator> {
    const noise = await EvaluationNoise.create();
    const definition = elboGraph(model, EVIDENCE_LOWER_BOUND, samples);
    const graph = await functions.compiled(`elbo of ${samples} samples`, definition);
    return new ElboEvaluator(model, graph, noise, { binarize });
  }

  private constructor(
    model: ModelConfig,
    graph: RowFunction,
    noise: EvaluationNoise,
    { binarize }: { binarize: boolean },
  ) {
    this.model = model;
    this.graph = graph;
    this.noise = noise;
    this.binarize = binarize;
  }

  /** The noise of an example depends on the seed and its index alone, so chunks do not matter. */
  async evaluate(data: Dataset, { seed, ...work }: { seed: number } & LongWork): Promise<ElboDetails> {
    const { latent } = this.model;
    const perExample = {
      reconstruction: new Float64Array(data.examples),
      kl: new Float64Array(data.examples),
    };
    let bound: number | undefined;
    let maximised: number | undefined;
    let splits = false;
    let isSplitOnly = true;
    const klPerLayer: number[] = [];
    const kl = new Float64Array(latent);
    const sum = new Float64Array(latent);
    const squares = new Float64Array(latent);
    await this.graph.run(
      data.examples,
      (chunk) => {
        writeObserved(data, chunk);
        const { first, buffers } = chunk;
        if (this.binarize)
          this.noise.binarize(
            buffers.x!,
            { seed, stream: "evaluationBinarization" },
            first * exampleSize(data),
          );
      },
      ({ first, rows, buffers }) => {
        const dimensions = buffers[klOutput("dimensions")];
        splits ||= dimensions !== undefined;
        const layers = buffers[klOutput("layers")];
        const width = (layers?.length ?? 0) / rows;
        for (const [at, nats] of layers?.entries() ?? [])
          klPerLayer[at % width] = (klPerLayer[at % width] ?? 0) + nats / data.examples;
        const further = KL_TERMS.filter((term) => term !== "dimensions" && klOutput(term) in buffers);
        isSplitOnly &&= further.length === 0;
        for (let row = 0; row < rows; row++) {
          for (const term of further)
            perExample.kl[first + row]! += rowSum(buffers[klOutput(term)]!, row, rows);
          perExample.reconstruction[first + row] = buffers.reconstruction![row]!;
          if (buffers.bound) bound = (bound ?? 0) + buffers.bound[row]!;
          if (buffers.maximised) maximised = (maximised ?? 0) + buffers.maximised[row]!;
          for (let d = 0; d < latent; d++) {
            const mean = buffers.mean![row * latent + d]!;
            const nats = dimensions?.[row * latent + d] ?? 0;
            kl[d]! += nats;
            perExample.kl[first + row]! += nats;
            sum[d]! += mean;
            squares[d]! += mean * mean;
          }
        }
      },
      {
        ...work,
        fillNoise: ({ index, out, width }, { first }) =>
          this.noise.fill(out, { seed, stream: "evaluation", part: index }, first * width),
      },
    );
    const n = data.examples;
    const klPerDimension = splits ? kl.map((total) => total / n) : new Float64Array(0);
    const reconstruction = meanWithError(perExample.reconstruction).mean;
    // Of what splits by dimension, the sum of the means: the last digits of published numbers depend on the order.
    const klMean = isSplitOnly
      ? klPerDimension.reduce((total, each) => total + each, 0)
      : meanWithError(perExample.kl).mean;
    const elbos = perExample.reconstruction.map((value, example) => value - perExample.kl[example]!);
    return {
      elbo: reconstruction - klMean,
      elboStandardError: meanWithError(elbos).standardError,
      reconstruction,
      kl: klMean,
      ...(bound !== undefined && { bound: bound / n }),
      ...(maximised !== undefined && { maximised: maximised / n }),
      examples: n,
      klPerDimension,
      klPerLayer: Float64Array.from(klPerLayer),
      perExample,
      meanVariance: squares.map((square, d) => Math.max(0, square / n - (sum[d]! / n) ** 2)),
    };
  }

  async dispose(): Promise<void> {
    await this.graph.dispose();
  }
}

/** The sum of the values of one row of several. */
function rowSum(values: Float32Array, row: number, rows: number): number {
  const width = values.length / rows;
  return values.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value, 0);
}
