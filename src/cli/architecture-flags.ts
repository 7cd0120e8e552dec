import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { positiveInteger } from "../common/settings.ts";
import type { Dataset } from "../data/dataset.ts";
import { sizeOf } from "../graph/node.ts";
import { convolutionalArchitecture } from "../models/schema/architecture.ts";
import {
  type Architecture,
  type ConvolutionalArchitecture,
  completeArchitecture,
  type DenseArchitecture,
  isDense,
} from "../models/sizes.ts";
import { type Flag, type FlagValues, listOf } from "./flags.ts";
import { flagOf } from "./setting-flags.ts";

const DEFAULT_HIDDEN: readonly number[] = [500, 500];
const DEFAULT_LATENT = 50;

const sizes = (what: string) =>
  listOf(positiveInteger, `${what}, positive integers separated by commas`).optional();

/** A flag of the setting of a convolutional network, described where the setting is defined. */
function convolutionalFlag<S extends z.ZodType>(setting: z.ZodDefault<S>): Flag<z.ZodOptional<S>> {
  const flag = flagOf(setting);
  return { ...flag, about: `with --network conv: ${flag.about}` };
}

const { channels, kernel, stride, residualBlocks, upsampling } = convolutionalArchitecture.shape;
const convolutionalFlags = {
  channels: { ...convolutionalFlag(channels), schema: sizes("channels of convolutions") },
  kernel: convolutionalFlag(kernel),
  stride: convolutionalFlag(stride),
  residualBlocks: convolutionalFlag(residualBlocks),
  upsampling: convolutionalFlag(upsampling),
};

export const architectureFlags = {
  network: {
    placeholder: "name",
    about: "layers on all values, or convolutions of images or sequences",
    group: "Model",
    schema: z.enum(["dense", "conv"]).optional(),
    fallback: "dense",
  },
  architecture: {
    placeholder: "sizes",
    about: "sizes of the dense layers from the data to the latent space, as in 784,500,500,50",
    group: "Model",
    schema: sizes("sizes from the data to the latent space"),
  },
  hidden: {
    placeholder: "sizes",
    about: "instead: sizes of the dense hidden layers, or none; the input size comes from the data",
    group: "Model",
    schema: listOf(
      positiveInteger,
      "sizes of the hidden layers, positive integers separated by commas, or none",
      "none",
    ).optional(),
    fallback: `${DEFAULT_HIDDEN.join()}, of small tables 64,64, with --network conv 256`,
  },
  latent: {
    placeholder: "n",
    about: "with --hidden or --network conv: dimensions of the latent space",
    group: "Model",
    schema: positiveInteger.optional(),
    fallback: `${DEFAULT_LATENT}, of small tables half of their columns`,
  },
  decoderHidden: {
    placeholder: "sizes",
    about:
      "sizes of the decoder's hidden layers, from the latent space on; without it the decoder mirrors the encoder",
    group: "Model",
    schema: sizes("sizes of the decoder's hidden layers"),
  },
  ...convolutionalFlags,
};

type ArchitectureInput = Partial<FlagValues<typeof architectureFlags>>;

export function architectureIsGiven(input: ArchitectureInput): boolean {
  return Object.keys(architectureFlags).some((key) => input[key as keyof ArchitectureInput] !== undefined);
}

/** A table with fewer rows and columns than these has smaller networks: large ones were worse and slower on it. */
const SMALL_TABLE = { rows: 10_000, columns: 100, hidden: [64, 64] };

/** What is used where no flag says otherwise. */
export function defaultArchitecture(
  { shape, examples }: Pick<Dataset, "shape" | "examples">,
  input: ArchitectureInput = {},
): Architecture {
  if (input.network === "conv") return { network: "conv", inputShape: shape, latent: DEFAULT_LATENT };
  const values = sizeOf(shape);
  const isSmall = shape.length === 1 && values < SMALL_TABLE.columns && examples < SMALL_TABLE.rows;
  return isSmall
    ? [values, ...SMALL_TABLE.hidden, Math.min(DEFAULT_LATENT, Math.ceil(values / 2))]
    : [values, ...DEFAULT_HIDDEN, DEFAULT_LATENT];
}

/**
 * @param base what flags that were not given leave as it is
 * @throws {ConfigError} when flags contradict each other, or the base
 */
export function architectureOf(input: ArchitectureInput, base: Architecture): Architecture {
  if (!isDense(base) && !("network" in base))
    throw new ConfigError(
      "the networks were given layer by layer in code: leave out the flags that describe them",
    );
  const kind = isDense(base) ? "dense" : "conv";
  if (input.network && input.network !== kind)
    throw new ConfigError(`--network is ${input.network} but the run's is ${kind}: start a new run`);
  const idle = (isDense(base) ? Object.keys(convolutionalFlags) : ["architecture", "decoderHidden"]).find(
    (key) => input[key as keyof ArchitectureInput] !== undefined,
  );
  if (idle)
    throw new ConfigError(
      `${flagName(idle)} was given but has no effect on a ${kind} network: ${kind === "dense" ? "add --network conv" : "leave it out"}`,
    );
  return isDense(base) ? denseFrom(input, base) : convolutionalFrom(input, base);
}

function convolutionalFrom(
  { channels, kernel, stride, residualBlocks, hidden, latent, upsampling }: ArchitectureInput,
  base: ConvolutionalArchitecture,
): Architecture {
  return completeArchitecture({
    ...base,
    ...(channels && { channels }),
    ...(kernel && { kernel }),
    ...(stride && { stride }),
    ...(residualBlocks !== undefined && { residualBlocks }),
    ...(hidden && { hidden }),
    ...(latent && { latent }),
    ...(upsampling && { upsampling }),
  });
}

function denseFrom(
  { architecture, hidden, latent, decoderHidden }: ArchitectureInput,
  base: DenseArchitecture,
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
