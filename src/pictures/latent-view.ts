import { ConfigError } from "../common/errors.ts";
import { formatCount } from "../common/format.ts";
import { isConditioned } from "../models/condition.ts";
import { hasPoints, posteriorRule } from "../models/posteriors.ts";
import { priorRule } from "../models/priors.ts";
import { principalComponents, project } from "../numerics/principal-components.ts";
import { latentName } from "../plot/text.ts";
import type { TrainedRun } from "../tasks/open.ts";
import { dataName } from "./data-name.ts";
import type { Scene } from "./kind.ts";

/** Posteriors of examples. */
export interface Posteriors {
  /** n × latent. */
  readonly mean: Float32Array;
  /** n × latent, ln σ². */
  readonly logVariance: Float32Array;
}

/** Latent points seen in two dimensions. */
export interface PlaneView {
  /** n × 2. */
  readonly means: Float32Array;
  /** n × 2; none where the plane does not lie along latent dimensions. */
  readonly logVariance: Float32Array | undefined;
  readonly axisLabels: readonly [string, string];
}

/** What a latent dimension does, over examples. */
interface DimensionFacts {
  readonly dimension: number;
  /** Mean KL of q(z|x) from the prior in nats; without a closed form of it, or where q is a point, variance of the means. */
  readonly weight: number;
  readonly mean: number;
  /** Standard deviation of draws from the posteriors of all examples. */
  readonly deviation: number;
}

export async function encodeData(scene: Scene): Promise<Posteriors> {
  const { run, watch } = scene;
  const examples = await scene.data();
  return watch("encoding", "examples", (work) => run.vae.encode(examples, work));
}

/** The dimensions of a latent space, those that tell most first. */
export function rankDimensions({ model }: TrainedRun["vae"], posteriors: Posteriors): DimensionFacts[] {
  const { latent } = model;
  const kl =
    posteriorRule(model).isDiagonalNormal && !isConditioned(model, "prior")
      ? priorRule(model).klOfNormal
      : undefined;
  const facts = Array.from({ length: latent }, (_, dimension) => factsOf(posteriors, latent, dimension, kl));
  return facts.sort((a, b) => b.weight - a.weight || a.dimension - b.dimension);
}

function factsOf(
  { mean, logVariance }: Posteriors,
  latent: number,
  dimension: number,
  klOf: ((mean: number, logVariance: number) => number) | undefined,
): DimensionFacts {
  const examples = mean.length / latent;
  let [sum, squares, variances, kl] = [0, 0, 0, 0];
  for (let at = dimension; at < mean.length; at += latent) {
    // There is none where q is not normal with independent dimensions.
    const variance = logVariance.length > 0 ? Math.exp(logVariance[at]!) : 0;
    sum += mean[at]!;
    squares += mean[at]! ** 2;
    variances += variance;
    if (klOf) kl += klOf(mean[at]!, logVariance[at]!);
  }
  const centre = sum / examples;
  const spread = Math.max(0, squares / examples - centre ** 2);
  return {
    dimension,
    weight: klOf ? kl / examples : spread,
    mean: centre,
    deviation: Math.sqrt(spread + variances / examples),
  };
}

/** @param dimensions from 0 @throws {ConfigError} for a latent dimension that does not exist, or one given twice */
export function requireDimensions(dimensions: readonly number[], latent: number): void {
  for (const [at, dimension] of dimensions.entries()) {
    if (dimension >= latent)
      throw new ConfigError(
        `there is no latent dimension ${dimension + 1}: the run has ${latent}, counted from 1 to ${latent}`,
      );
    if (dimensions.indexOf(dimension) !== at)
      throw new ConfigError(`--dimensions has ${dimension + 1} twice: give each once`);
  }
}

/**
 * Two latent dimensions, or the plane of the first two principal components.
 * @throws {ConfigError} for a latent space of one dimension, or dimensions that make no plane
 */
export function planeOf(scene: Pick<Scene, "run" | "options">, posteriors: Posteriors): PlaneView {
  const { vae } = scene.run;
  const { latent } = vae.model;
  const { dimensions, projection = "kl" } = scene.options;
  if (latent < 2)
    throw new ConfigError(
      `${scene.run.directory} has 1 latent dimension and a plane needs two: run npx vaekit plot traversal ${scene.run.directory} instead`,
    );
  if (dimensions && scene.options.projection)
    throw new ConfigError("both --dimensions and --projection were given: give one");
  if (projection === "pca") return principalPlane(posteriors, latent);
  if (dimensions && dimensions.length !== 2)
    throw new ConfigError(`--dimensions has ${dimensions.length}: a plane needs 2`);
  if (dimensions) requireDimensions(dimensions, latent);
  const largest = rankDimensions(vae, posteriors).map(({ dimension }) => dimension);
  const [x, y] = dimensions ?? (latent === 2 ? [0, 1] : largest);
  const pick = (values: Float32Array) =>
    Float32Array.from(
      { length: (2 * values.length) / latent },
      (_, at) => values[(at >> 1) * latent + (at % 2 ? y! : x!)]!,
    );
  return {
    means: pick(posteriors.mean),
    logVariance: posteriors.logVariance.length > 0 ? pick(posteriors.logVariance) : undefined,
    axisLabels: [latentName(x!), latentName(y!)],
  };
}

function principalPlane({ mean }: Posteriors, latent: number): PlaneView {
  const components = principalComponents(mean, latent, 2);
  const [first, second] = Array.from(components.shares, (share) => `${Math.round(100 * share)} %`);
  return {
    means: Float32Array.from(project(components, mean).scores),
    logVariance: undefined,
    axisLabels: [`component 1 (${first} of the variance)`, `component 2 (${second})`],
  };
}

/** @throws {ConfigError} that says what to run instead, unless the latent space is a plane */
export function requirePlane({ directory, vae }: TrainedRun, what: string): void {
  const { latent } = vae.model;
  if (latent !== 2)
    throw new ConfigError(
      `${what} shows every point of a plane, and the latent space of ${directory} has ${latent} dimension${latent === 1 ? "" : "s"}, not 2: run npx vaekit plot traversal ${directory} instead`,
    );
}

const SPLITS: Readonly<Record<string, string>> = {
  train: "training examples",
  validation: "validation examples",
  test: "test examples",
  all: "examples",
};

/** What is shown, and below it the model, its training and the examples in words. */
export async function titleOf(scene: Scene, what: string): Promise<string> {
  const { name, split } = await scene.data();
  const other = scene.options.data === undefined ? "" : `${name} `;
  return `${what}\n${subjectOf(scene.run)}, ${other}${examplesText(split)}`;
}

/** Such as `VAE with 20 latent dimensions, 1,500 iterations on mnist`: those of the weights that were kept. */
export function subjectOf(run: TrainedRun, iteration = run.keptIteration): string {
  return `${modelText(run)}, ${formatCount(iteration)} iteration${iteration === 1 ? "" : "s"} on ${dataName(run.config)}`;
}

/** Such as `VAE with 20 latent dimensions`. */
function modelText({ vae: { model } }: TrainedRun): string {
  const kind = hasPoints(model) ? "autoencoder" : "VAE";
  const dimensions =
    model.latent === 1 ? "1 latent dimension" : `${formatCount(model.latent)} latent dimensions`;
  return `${kind} with ${dimensions}`;
}

/** Such as `test examples`. */
export function examplesText(split: string): string {
  return SPLITS[split] ?? "examples";
}

export function frameTitle(run: TrainedRun, iteration: number): string {
  return `Iteration ${formatCount(iteration)}\n${modelText(run)} on ${dataName(run.config)}`;
}
