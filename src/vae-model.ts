import { ConfigError } from "./errors.ts";
import { sizeOf } from "./graph/node.ts";
import { hiddenLayers } from "./models/architecture.ts";
import type { ModelConfig } from "./models/config.ts";
import { encoderInputFor, likelihoodFrom } from "./train/likelihood.ts";
import type { Hyperparameters } from "./train/settings.ts";

/**
 * Sizes of the layers from the data to the latent space, as in `[784, 500, 500, 50]`; the decoder mirrors them unless
 * it is given too, from the latent space to the data.
 */
export type Architecture =
  | readonly number[]
  | { readonly encoder: readonly number[]; readonly decoder: readonly number[] };

/**
 * The networks an architecture and hyperparameters describe.
 * @param inputShape of one example; default: a flat row
 * @throws {ConfigError} when sizes are not positive integers, encoder and decoder do not meet, or a
 *   setting has no effect on the likelihood
 */
export function modelOf(
  architecture: Architecture,
  hyperparameters: Hyperparameters,
  inputShape?: readonly number[],
): ModelConfig {
  const { encoder, decoder } = sizesOf(architecture);
  if (inputShape && sizeOf(inputShape) !== encoder[0])
    throw new ConfigError(
      `rows have ${inputShape.join(" × ")} = ${sizeOf(inputShape)} values but the architecture begins with ${encoder[0]}: begin it with ${sizeOf(inputShape)}`,
    );
  const likelihood = likelihoodFrom(hyperparameters);
  const encoderInput = encoderInputFor(likelihood, hyperparameters);
  return {
    inputShape: inputShape ?? [encoder[0]!],
    encoder: hiddenLayers(encoder.slice(1, -1), hyperparameters),
    latent: encoder.at(-1)!,
    decoder: hiddenLayers(decoder.slice(1, -1), hyperparameters),
    likelihood,
    ...(encoderInput && { encoderInput }),
    ...(hyperparameters.deterministic && { deterministic: true }),
  };
}

/** Values of one example, as the architecture has it. */
export function inputSizeOf(architecture: Architecture): number {
  return sizesOf(architecture).encoder[0]!;
}

function sizesOf(architecture: Architecture): { encoder: readonly number[]; decoder: readonly number[] } {
  if (!("encoder" in architecture)) {
    checkSizes("architecture", architecture);
    return { encoder: architecture, decoder: [...architecture].reverse() };
  }
  const { encoder, decoder } = architecture;
  checkSizes("encoder", encoder);
  checkSizes("decoder", decoder);
  if (decoder[0] !== encoder.at(-1) || decoder.at(-1) !== encoder[0])
    throw new ConfigError(
      `the decoder goes from ${decoder[0]} to ${decoder.at(-1)}: it must go from the encoder's last size, ${encoder.at(-1)}, to its first, ${encoder[0]}`,
    );
  return { encoder, decoder };
}

function checkSizes(name: string, sizes: readonly number[]): void {
  if (sizes.length < 2)
    throw new ConfigError(
      `the ${name} is [${sizes}]: it must have at least two sizes, the data's and the latent space's`,
    );
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong !== undefined)
    throw new ConfigError(`the ${name} has a layer of size ${wrong}: sizes must be positive integers`);
}
