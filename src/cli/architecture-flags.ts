import { ConfigError } from "../errors.ts";
import { positiveInteger } from "../settings.ts";
import type { Architecture } from "../vae-model.ts";
import { type FlagValues, listOf } from "./flags.ts";

const DEFAULT_HIDDEN: readonly number[] = [500, 500];
const DEFAULT_LATENT = 50;

const sizes = (what: string) =>
  listOf(positiveInteger, `${what}, positive integers separated by commas`).optional();

export const architectureFlags = {
  architecture: {
    placeholder: "sizes",
    about: "sizes of the layers from the data to the latent space, as in 784,500,500,50",
    group: "Model",
    schema: sizes("sizes from the data to the latent space"),
  },
  hidden: {
    placeholder: "sizes",
    about: "instead: sizes of the hidden layers; the data's size is taken from the data",
    group: "Model",
    schema: sizes("sizes of the hidden layers"),
    fallback: DEFAULT_HIDDEN.join(),
  },
  latent: {
    placeholder: "n",
    about: "with --hidden: dimensions of the latent space",
    group: "Model",
    schema: positiveInteger.optional(),
    fallback: DEFAULT_LATENT,
  },
  decoderHidden: {
    placeholder: "sizes",
    about:
      "sizes of the decoder's hidden layers, from the latent space on; without it the decoder mirrors the encoder",
    group: "Model",
    schema: sizes("sizes of the decoder's hidden layers"),
  },
};

type ArchitectureInput = FlagValues<typeof architectureFlags>;

export function architectureIsGiven(input: ArchitectureInput): boolean {
  return Object.keys(architectureFlags).some((key) => input[key as keyof ArchitectureInput] !== undefined);
}

/** What is used where no flag says otherwise. */
export function defaultArchitecture(inputSize: number): Architecture {
  return [inputSize, ...DEFAULT_HIDDEN, DEFAULT_LATENT];
}

/**
 * @param base what flags that were not given leave as it is
 * @throws {ConfigError} when flags contradict each other
 */
export function architectureOf(
  { architecture, hidden, latent, decoderHidden }: ArchitectureInput,
  base: Architecture,
): Architecture {
  const other = hidden ? "--hidden" : latent ? "--latent" : undefined;
  if (architecture && other)
    throw new ConfigError(
      `both --architecture and ${other} were given: give --architecture, or --hidden and --latent`,
    );
  const known = "encoder" in base ? base : { encoder: base, decoder: undefined };
  const encoder = architecture ?? [
    known.encoder[0]!,
    ...(hidden ?? known.encoder.slice(1, -1)),
    latent ?? known.encoder.at(-1)!,
  ];
  const decoderLayers = decoderHidden ?? known.decoder?.slice(1, -1);
  if (!decoderLayers) return encoder;
  return { encoder, decoder: [encoder.at(-1)!, ...decoderLayers, encoder[0]!] };
}

/** `784-500-500-50`, and the decoder's sizes where they are its own. */
export function architectureText(architecture: Architecture): string {
  if (!("encoder" in architecture)) return architecture.join("-");
  return `${architecture.encoder.join("-")} and ${architecture.decoder.join("-")}`;
}
