import { ConfigError } from "../common/errors.ts";
import { type Shape, sizeOf } from "../graph/node.ts";
import { isOfCounts } from "../nn/distributions/counts.ts";
import { type Likelihood, suitableInput } from "../nn/distributions/likelihood.ts";
import type { EncoderInput } from "../nn/distributions/likelihood-rule.ts";
import { axesRead, type Layer, layerShapes } from "../nn/layers.ts";
import { convolutionalLayers, type HiddenStyle, hiddenLayers } from "./architecture.ts";
import type { ModelConfig } from "./config.ts";
import { decoderParts } from "./head.ts";
import type { Hyperparameters } from "./hyperparameters.ts";
import { likelihoodFrom } from "./likelihood-setting.ts";
import { mirrored } from "./mirror.ts";
import { decoderInputShape } from "./places.ts";
import { posteriors } from "./posteriors.ts";
import {
  type Architecture,
  type CompleteArchitecture,
  completeArchitecture,
  type DenseArchitecture,
  inputSizeOf,
  isDense,
  sizesOf,
} from "./sizes.ts";

/**
 * The networks an architecture and hyperparameters describe.
 * @param inputShape of one example; default: the architecture's, or a flat row
 * @throws {ConfigError} when sizes are not positive integers, encoder and decoder do not meet, a layer cannot take what
 *   comes in, or a setting has no effect
 */
export function modelOf(
  given: Architecture,
  hyperparameters: Hyperparameters,
  inputShape?: readonly number[],
): ModelConfig {
  const architecture = completeArchitecture(given);
  const likelihood = likelihoodFrom(hyperparameters.likelihood);
  const networks = isDense(architecture)
    ? denseNetworks(architecture, hyperparameters, inputShape)
    : layeredNetworks(architecture, hyperparameters);
  if (likelihood.type === "mixed" && axesRead(networks.encoder) !== undefined)
    throw new ConfigError(
      "likelihood is mixed but the encoder begins with a convolution, and columns of a table have no places: begin with a dense layer",
    );
  const size = inputSizeOf(architecture);
  if (inputShape && sizeOf(inputShape) !== size)
    throw new ConfigError(
      `rows have ${inputShape.join(" × ")} = ${sizeOf(inputShape)} values but the architecture begins with ${size}: begin it with ${sizeOf(inputShape)}`,
    );
  const encoderInput = encoderInputOf(hyperparameters.encoderInput, likelihood);
  return {
    ...networks,
    likelihood,
    ...(encoderInput && { encoderInput }),
    ...(hyperparameters.missing !== "auto" && {
      missing: { indicators: hyperparameters.missing === "indicate" },
    }),
    ...latentsOf(hyperparameters),
    ...(hyperparameters.condition && { condition: hyperparameters.condition }),
    ...(hyperparameters.deterministic && { deterministic: true }),
  };
}

function encoderInputOf(
  asked: Hyperparameters["encoderInput"],
  likelihood: Likelihood,
): EncoderInput | undefined {
  if (asked === "normalized" && !isOfCounts(likelihood))
    throw new ConfigError(
      `encoderInput is normalized but likelihood ${likelihood.type} is not one of counts: leave it out`,
    );
  if (asked === "normalized") return asked;
  return asked === "auto" ? suitableInput(likelihood) : undefined;
}

/** Prior and posterior, if they are not the defaults. */
function latentsOf({
  prior,
  posterior,
  deterministic,
  condition,
}: Hyperparameters): Pick<ModelConfig, "prior" | "posterior"> {
  if (deterministic && posterior && posterior.type !== "point")
    throw new ConfigError(
      `posterior is ${posterior.type} but a deterministic autoencoder has points: leave out one of the two`,
    );
  const hasPrior = prior && prior.type !== "standard-normal";
  if (hasPrior && (deterministic || posterior?.type === "point"))
    throw new ConfigError(
      `prior is ${prior.type} but nothing is trained to follow it where codes are points: leave it out`,
    );
  const own = posterior && posteriors.of(posterior).ownPrior;
  if (own && condition?.into.includes("prior"))
    throw new ConfigError(
      `the condition goes into the prior but posterior ${posterior.type} goes with its own alone, ${own.title}: leave prior out of the condition`,
    );
  if (hasPrior && own)
    throw new ConfigError(
      `prior is ${prior.type} but posterior ${posterior.type} goes with its own alone, ${own.title}: leave the prior out`,
    );
  return {
    ...(hasPrior && { prior }),
    ...(posterior && posterior.type !== "normal" && { posterior }),
  };
}

type Networks = Omit<
  ModelConfig,
  "likelihood" | "encoderInput" | "missing" | "prior" | "posterior" | "condition" | "deterministic"
>;

function denseNetworks(
  architecture: DenseArchitecture,
  style: HiddenStyle,
  inputShape?: readonly number[],
): Networks {
  const { encoder, decoder } = sizesOf(architecture);
  return {
    inputShape: inputShape ?? [encoder[0]!],
    encoder: hiddenLayers(encoder.slice(1, -1), style),
    latent: encoder.at(-1)!,
    decoder: hiddenLayers(decoder.slice(1, -1), style),
  };
}

function layeredNetworks(
  architecture: Exclude<CompleteArchitecture, DenseArchitecture>,
  hyperparameters: Hyperparameters,
): Networks {
  const { inputShape, latent, upsampling } = architecture;
  const encoder =
    "network" in architecture ? convolutionalLayers(architecture, hyperparameters) : architecture.encoder;
  layerShapes(encoder, inputShape, "encoder");
  const decoder = "network" in architecture ? "mirror" : architecture.decoder;
  const mirror = () =>
    decoderOfPlaces(
      hyperparameters,
      mirrored(encoder, inputShape, upsampling),
      architecture.latent,
      layerShapes(encoder, inputShape, "encoder").at(-1),
    );
  const layers = decoder === "mirror" ? mirror() : decoder;
  const { posterior } = hyperparameters;
  const begin = decoderInputShape({ encoder, inputShape, latent, ...(posterior && { posterior }) });
  return { inputShape, encoder, latent, ...decoderParts(layers, begin, inputShape) };
}

/** A mirrored decoder that begins at the places of z, where z has features at each. */
function decoderOfPlaces(
  { posterior }: Hyperparameters,
  mirror: Layer[],
  latent: number,
  encoded: Shape | undefined,
): Layer[] {
  const rule = posterior && posteriors.of(posterior);
  const features = encoded && rule?.placesOf?.(posterior!, latent, encoded)?.features;
  if (!encoded || features === undefined) return mirror;
  const places = encoded.slice(0, -1);
  const channels = encoded.at(-1)!;
  const first: Layer = { type: places.length === 1 ? "conv1d" : "conv2d", channels, kernel: PLACES_KERNEL };
  // Instead of a dense layer and a reshape.
  const shaped: Layer[] = rule?.lift ? [] : [{ type: "reshape", shape: [...places, features] }];
  return [...shaped, first, ...mirror.slice(2)];
}

/** Side of the kernel that reads z at its places. */
const PLACES_KERNEL = 3;
