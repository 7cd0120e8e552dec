import { ConfigError } from "../common/errors.ts";
import { type Shape, sameShape, sizeOf } from "../graph/node.ts";
import { timesText } from "../nn/layers/rule.ts";
import { type Layer, type LayerOf, type LayerType, layerShapes } from "../nn/layers.ts";

/** How a mirrored network upsamples: by transposed convolutions, or by resizing before ordinary ones. */
export const UPSAMPLINGS = ["transposed", "nearest", "bilinear"] as const;
type Upsampling = (typeof UPSAMPLINGS)[number];

/** A layer with its input and output shapes. */
interface Step<T extends LayerType = LayerType> {
  readonly layer: LayerOf<T>;
  readonly input: Shape;
  readonly output: Shape;
}

/** A layer that changes what values mean, and the elementwise layers and normalisations after it. */
interface Stage {
  readonly step: Step;
  readonly after: readonly Layer[];
}

/**
 * The decoder that undoes an encoder's layers in reverse order and makes exactly its input shape, odd sizes too: a dense
 * layer from the latent space, then for each layer its mirror image, followed by the activations and normalisations
 * that the encoder has at the same shape.
 * @param input shape of one example
 * @throws {ConfigError} when a layer has no mirror image, or layers do not fit together
 */
export function mirrored(encoder: readonly Layer[], input: Shape, upsampling: Upsampling): Layer[] {
  const { stages } = stagesOf(encoder, input, "encoder");
  const last = stages.at(-1);
  if (!last) return [];
  return [
    ...denseTo(last.step.output),
    ...stages.toReversed().flatMap(({ step, after }) => [...after, ...mirrorOf(step, upsampling)]),
  ];
}

/** @returns the elementwise layers before the first other one, and all the rest in stages */
function stagesOf(
  layers: readonly Layer[],
  input: Shape,
  where: string,
): { before: Layer[]; stages: Stage[] } {
  const shapes = layerShapes(layers, input, where);
  const before: Layer[] = [];
  const stages: { step: Step; after: Layer[] }[] = [];
  for (const [index, layer] of layers.entries()) {
    if (KEEPS_MEANING.has(layer.type)) (stages.at(-1)?.after ?? before).push(layer);
    else
      stages.push({ step: { layer, input: shapes[index - 1] ?? input, output: shapes[index]! }, after: [] });
  }
  return { before, stages };
}

const KEEPS_MEANING: ReadonlySet<LayerType> = new Set([
  "activation",
  "dropout",
  "batchNorm",
  "layerNorm",
  "groupNorm",
] satisfies LayerType[]);

type Mirrorable = Exclude<LayerType, "activation" | "dropout" | "batchNorm" | "layerNorm" | "groupNorm">;

/** Layers from a step's output shape to its input shape. */
const mirrors: {
  readonly [T in Mirrorable]: (step: Step<T>, upsampling: Upsampling) => Layer[];
} = {
  dense: ({ layer, input }) => denseTo(input, layer),
  conv1d: (step, upsampling) => mirroredConvolution(step, 1, upsampling),
  conv2d: (step, upsampling) => mirroredConvolution(step, 2, upsampling),
  convTranspose1d: (step) => mirroredTransposed(step, 1),
  convTranspose2d: (step) => mirroredTransposed(step, 2),
  maxPool: ({ input }, upsampling) => [resized(input, upsampling)],
  averagePool: ({ input }, upsampling) => [resized(input, upsampling)],
  upsample: ({ input, output }) => {
    const factors = input.slice(0, -1).map((length, axis) => output[axis]! / length);
    if (factors.every(Number.isInteger)) return [{ type: "averagePool", size: factors }];
    throw new ConfigError(
      `the encoder resizes ${timesText(input)} to ${timesText(output)}, which has no mirror image: let it grow by whole factors, or give the decoder layer by layer`,
    );
  },
  flatten: ({ input }) => [{ type: "reshape", shape: input }],
  reshape: ({ input }) => [{ type: "reshape", shape: input }],
  residual: ({ layer, input, output }, upsampling) => [
    { type: "residual", layers: mirroredBranch(layer.layers, input, output, upsampling) },
  ],
};

function mirrorOf(step: Step, upsampling: Upsampling): Layer[] {
  const mirror = mirrors[step.layer.type as Mirrorable] as (step: Step, upsampling: Upsampling) => Layer[];
  return mirror(step, upsampling);
}

/** Reverses the order within a residual branch, except for its elementwise layers at either end. */
function mirroredBranch(
  layers: readonly Layer[],
  input: Shape,
  output: Shape,
  upsampling: Upsampling,
): Layer[] {
  const { before, stages } = stagesOf(layers, input, "residual");
  const inner = stages.toReversed().flatMap(({ step }, index) => {
    const between = stages[stages.length - 2 - index]?.after ?? [];
    return [...mirrorOf(step, upsampling), ...between];
  });
  const trailing = stages.at(-1)?.after ?? [];
  return [
    ...before.map((layer) => withGroupsFor(layer, output)),
    ...inner,
    ...trailing.map((layer) => withGroupsFor(layer, input)),
  ];
}

/** Group normalisation of other channels needs a number of groups that divides them. */
function withGroupsFor(layer: Layer, shape: Shape): Layer {
  if (layer.type !== "groupNorm") return layer;
  const channels = shape.at(-1)!;
  return { ...layer, groups: greatestCommonDivisor(layer.groups, channels) };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function denseTo(shape: Shape, like?: LayerOf<"dense">): Layer[] {
  const dense: Layer = { ...like, type: "dense", units: sizeOf(shape) };
  return shape.length === 1 ? [dense] : [dense, { type: "reshape", shape }];
}

function mirroredConvolution(
  { layer, input, output }: Step<"conv1d"> | Step<"conv2d">,
  axes: 1 | 2,
  upsampling: Upsampling,
): Layer[] {
  const size = input.slice(0, axes);
  const channels = channelsOf(input, axes);
  const keepsSize = sameShape(size, output.slice(0, axes));
  const { stride: _, padding: __, ...unstrided } = layer;
  const mirror: Layer[] = keepsSize
    ? [{ ...unstrided, channels }]
    : upsampling === "transposed"
      ? [{ ...layer, type: `convTranspose${axes}d` as const, channels, size } as Layer]
      : [
          { type: "upsample", size, mode: upsampling },
          { ...unstrided, channels },
        ];
  return [...mirror, ...withoutChannels(input, axes)];
}

function mirroredTransposed(
  { layer, input }: Step<"convTranspose1d"> | Step<"convTranspose2d">,
  axes: 1 | 2,
): Layer[] {
  const { size: _, ...convolution } = layer;
  const mirror = { ...convolution, type: `conv${axes}d`, channels: channelsOf(input, axes) } as Layer;
  return [mirror, ...withoutChannels(input, axes)];
}

function channelsOf(shape: Shape, axes: 1 | 2): number {
  return shape.length === axes ? 1 : shape.at(-1)!;
}

function withoutChannels(shape: Shape, axes: 1 | 2): Layer[] {
  return shape.length === axes ? [{ type: "reshape", shape }] : [];
}

function resized(input: Shape, upsampling: Upsampling): Layer {
  const mode = upsampling === "bilinear" ? "bilinear" : "nearest";
  return { type: "upsample", size: input.slice(0, -1), mode };
}
