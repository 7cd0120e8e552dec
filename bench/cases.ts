/** The networks whose training steps are compared. */
import { convolution, dense, type LayerWork } from "./limits/step-limit.ts";

export interface BenchCase {
  readonly name: string;
  /** [height, width, channels] */
  readonly image: readonly [number, number, number];
  /** Channels of the encoder's convolutions, with kernels of 4, stride 2; none: a dense network. */
  readonly channels: readonly number[];
  /** Units of the encoder's dense layers; the decoder mirrors everything. */
  readonly hidden: readonly number[];
  readonly latent: number;
  readonly batchSize: number;
  readonly keepProbability: number;
  /** MNIST's training images, or noise. */
  readonly data: "mnist" | "noise";
  /** Training steps in each round. */
  readonly steps: number;
}

export const KERNEL = 4;
export const STRIDE = 2;

const REFERENCE = {
  image: [28, 28, 1],
  channels: [],
  hidden: [500, 500],
  latent: 50,
  batchSize: 128,
  data: "mnist",
  steps: 60,
} as const;

export const CASES: readonly BenchCase[] = [
  { ...REFERENCE, name: "784-500-500-50", keepProbability: 1 },
  { ...REFERENCE, name: "784-500-500-50, keep-probability 0.9", keepProbability: 0.9 },
  {
    name: "28×28, convolutions 32-64, 256-32",
    image: [28, 28, 1],
    channels: [32, 64],
    hidden: [256],
    latent: 32,
    batchSize: 128,
    keepProbability: 1,
    data: "mnist",
    steps: 30,
  },
  {
    name: "64×64×3, convolutions 32-64-128, 256-64",
    image: [64, 64, 3],
    channels: [32, 64, 128],
    hidden: [256],
    latent: 64,
    batchSize: 64,
    keepProbability: 1,
    data: "noise",
    steps: 8,
  },
];

/** Every layer in order, its head with mean and log-variance included. */
export function layersOf({ image, channels, hidden, latent }: BenchCase): LayerWork[] {
  const convolutions = channels.map((outputs, index) => {
    const places = (image[0] * image[1]) / STRIDE ** (2 * (index + 1));
    return { inputs: channels[index - 1] ?? image[2], outputs, kernel: KERNEL, places };
  });
  const last = convolutions.at(-1);
  const features = last ? last.places * last.outputs : image[0] * image[1] * image[2];
  const down = [features, ...hidden];
  const up = [latent, ...hidden.toReversed(), features];
  const pairs = (sizes: readonly number[]) =>
    sizes.slice(1).map((outputs, index) => dense(sizes[index]!, outputs));
  return [
    ...convolutions.map((each) => convolution(each)),
    ...pairs([...down, 2 * latent]),
    ...pairs(up),
    ...convolutions.toReversed().map((each) => convolution(each, each.inputs)),
  ];
}
