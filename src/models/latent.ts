import type * as z from "zod";
import type { Shape, Tensor } from "../graph/node.ts";
import type { Scope } from "../nn/scope.ts";
import type { Observed } from "./observed.ts";
import type { ModelParts } from "./parts.ts";
import type { TypedRule } from "./rule-table.ts";

/** Random numbers that one draw is made from. */
export interface LatentNoise {
  readonly name: string;
  /** Standard normal, or uniform in [0, 1). */
  readonly distribution: "normal" | "uniform";
  /** Of one draw. */
  readonly shape: Shape;
}

/** p(z). */
export interface LatentDensity {
  /** ln p(z) in nats. @param z [...rows, latent] @returns [...rows] */
  logProb(z: Tensor): Tensor;
  /** What {@link sample} needs. */
  readonly noise: readonly LatentNoise[];
  /** @param noise by name, [draws, …shape] @returns [draws, latent] */
  sample(noise: Readonly<Record<string, Tensor>>): Tensor;
  /** KL(q ‖ p) of each latent dimension in closed form, [batch, latent]; undefined for a q that has none. */
  kl?(q: Posterior): Tensor | undefined;
  /** ln p(z) − ln q(z|x) of draws where the two cancel in part, [batch, samples]; undefined for a q without that. */
  logRatio?(q: Posterior, draw: LatentDraw): Tensor | undefined;
}

/** Draws of z from the posterior of each example. */
export interface LatentDraw {
  /** [batch, samples, latent] */
  readonly z: Tensor;
  /** The noise that z was made from. */
  readonly noise?: Tensor;
  /** ln q(z|x) in nats, [batch, samples]; absent where q has no density. */
  readonly logProb?: Tensor;
  /** KL(q ‖ p) in closed form, of a family that has one with its own prior, [batch, samples]. */
  readonly kl?: Tensor;
  /** KL(q ‖ p) of each layer of latents given the draws above it, [batch, samples, layers]. */
  readonly klOfLayers?: Tensor;
}

/** q(z|x). */
export interface Posterior {
  /** The point that stands for an example where one is asked for, [batch, latent]. */
  readonly mean: Tensor;
  /** What fixes the distribution, by name: outputs of the encoder, each [batch, …]. */
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** ln σ², [batch, latent], where q is normal with independent dimensions; absent for any other q. */
  readonly logVariance?: Tensor;
  /** Shape of the standard normal noise of one draw; absent where a draw needs none. */
  readonly noise?: Shape;
  /** @param noise [batch, samples, …{@link noise}] */
  draw(noise: Tensor | undefined, samples: number): LatentDraw;
  /** ln q(z|x) in nats of any points. @param z [batch, samples, latent] @returns [batch, samples] */
  logProb?(z: Tensor): Tensor;
  /** Terms of the loss that this family brings, by name, weights included, summed over the batch: scalars. */
  readonly losses?: Readonly<Record<string, Tensor>>;
  /** What is logged of a batch beside the loss, by name: scalars. */
  readonly measures?: Readonly<Record<string, Tensor>>;
}

/** What a prior is made in. */
export interface PriorContext {
  /** Where its trainable parameters are. */
  readonly scope: Scope;
  /** Dimensions of z. */
  readonly latent: number;
  readonly model: ModelParts;
  /** The settings of the posterior, and what it is made in. */
  readonly posterior: { readonly settings: { readonly type: string }; readonly context: PosteriorContext };
  /** q(z|x) of rows that the prior makes itself, by the model's encoder as it is in evaluation. */
  posteriorOf(observed: Observed): Posterior;
  /** q(z|x) from its parameters. */
  posteriorWith(parameters: Readonly<Record<string, Tensor>>): Posterior;
}

/** The training data, for a prior that begins at them. */
interface PriorStart {
  readonly model: ModelParts;
  readonly examples: number;
  /** Some examples, drawn by the seed of the training, [count, values]. */
  rows(count: number): Float32Array;
}

/** A row of the table of priors: everything about one kind. */
export interface PriorRule<Settings extends { readonly type: string } = { readonly type: string }>
  extends TypedRule {
  readonly type: Settings["type"];
  readonly settings: z.ZodType<Settings>;
  /** As in `the prior of z is standard normal`. */
  readonly title: string;
  /** Whether dimensions are independent and standard normal, so that pictures may use quantiles along the axes. */
  readonly factorises: boolean;
  /** @throws {ConfigError} when the settings do not go with the number of dimensions */
  density(settings: Settings, context: PriorContext): LatentDensity;
  /**
   * First values of some of its parameters, by name, where they come from the training data.
   * @throws {ConfigError} when there are too few of them
   */
  begin?(settings: Settings, start: PriorStart): Readonly<Record<string, Float32Array>>;
  /** KL of N(μ, σ²) from the prior for one dimension, in double precision; where there is a closed form. */
  klOfNormal?(mean: number, logVariance: number): number;
}

/** What a posterior is made in. */
export interface PosteriorContext {
  /** Where its trainable parameters are, beside those of the encoder's head. */
  readonly scope: Scope;
  /** Dimensions of z. */
  readonly latent: number;
  /** The shape in which the encoder's layers end. */
  readonly encoded: Shape;
}

/** A row of the table of posteriors: everything about one kind. */
export interface PosteriorRule<Settings extends { readonly type: string } = { readonly type: string }>
  extends TypedRule {
  readonly type: Settings["type"];
  readonly settings: z.ZodType<Settings>;
  /** As in `q(z|x) is …`, for the ONNX file of the encoder. */
  readonly title: string;
  /** Whether q(z|x) is a distribution. Otherwise it is a point: no noise, no KL, no likelihood of the data. */
  readonly hasDensity: boolean;
  /** Whether q(z|x) is N(mean, exp(logVariance)) with independent dimensions, whose closed forms evaluation may use. */
  readonly isDiagonalNormal: boolean;
  /** The parameters by name, as the encoder's ONNX file describes them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether q(z|x) has one value, so that draws of it are all the same. */
  readonly isCertain?: boolean;
  /** Whether draws are relaxed in training, so that they have no density to weigh them by there. */
  readonly isRelaxed?: boolean;
  /** The only prior that goes with it, where z does not range over all real vectors. */
  readonly ownPrior?: PriorRule;
  /** Linear units of the encoder's head. */
  units(settings: Settings, latent: number): number;
  /**
   * Where the encoder ends in places, as in [height, width, channels], and z has features at places: the units of the
   * encoder's head at each place, and the features that the decoder is given at each; undefined where z is of the whole
   * example.
   * @throws {ConfigError} where the places and the dimensions of z do not fit
   */
  placesOf?(
    settings: Settings,
    latent: number,
    encoded: Shape,
  ): { readonly units: number; readonly features: number } | undefined;
  /** The shape of what {@link lift} makes of a point. */
  decoderInput?(settings: Settings, latent: number, encoded: Shape): Shape;
  /** What the decoder reads in place of z. @param point [rows, latent] @returns [rows, …{@link decoderInput}] */
  lift?(settings: Settings, point: Tensor, context: PosteriorContext): Tensor;
  /** Dimensions of each layer of latents, the one next to the data first. */
  layerSizes?(settings: Settings, encoded: Shape): readonly number[];
  /** The parameters. @param output of the head, [batch, {@link units}] */
  split(settings: Settings, output: Tensor, context: PosteriorContext): Record<string, Tensor>;
  /** @param parameters as {@link split} makes them */
  posterior(
    settings: Settings,
    parameters: Readonly<Record<string, Tensor>>,
    context: PosteriorContext,
  ): Posterior;
}

/** Draws from the posterior of each example, and the prior they are weighed against. */
export interface LatentInference {
  readonly posterior: Posterior;
  readonly prior: LatentDensity;
  readonly draw: LatentDraw;
  /** The points drawn, [batch, samples, latent]. */
  readonly z: Tensor;
}

/** What a penalty may look at. */
export interface PenaltyContext {
  readonly posterior: Posterior;
  /** One draw of each example, [batch, latent]. */
  readonly point: Tensor;
  /** Equally many draws of the prior, [batch, latent]. */
  drawPrior(): Tensor;
  /** Whether z is the encoder's output itself. */
  readonly isCertain: boolean;
  /** The mean of p(x|z). @param z [batch, latent] @returns [batch, values] */
  decode(z: Tensor): Tensor;
  /** The decoder's weights, without biases. */
  decoderWeights(): readonly Tensor[];
  /** Standard normal noise, drawn at every step. */
  noise(name: string, shape: Shape): Tensor;
}

/** A row of the table of penalties: everything about one kind. */
export interface PenaltyRule<Settings extends { readonly type: string } = { readonly type: string }>
  extends TypedRule {
  readonly type: Settings["type"];
  readonly settings: z.ZodType<Settings>;
  /** Weights included, summed over the batch: a scalar. @throws {ConfigError} for a posterior without what it needs */
  penalty(settings: Settings, context: PenaltyContext): Tensor;
}
