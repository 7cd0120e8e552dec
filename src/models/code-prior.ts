import * as g from "../graph/build.ts";
import { conv2d } from "../graph/convolution/convolution.ts";
import type { Tensor } from "../graph/node.ts";
import { zeros } from "../nn/initializers.ts";
import type { Scope } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { encodedShape } from "./places.ts";
import { posteriorFamilyOf, posteriorRule } from "./posteriors.ts";

/** What an autoregressive prior over codes is of, and its size. */
export interface CodePriorShape {
  /** Places of the codes, [height, width] or [length]: in this order, row after row. */
  readonly places: readonly number[];
  /** Values of a code, K. */
  readonly codes: number;
  /** Features of each place. */
  readonly features: number;
  /** Masked layers after the first. */
  readonly layers: number;
}

/** The places of a model's codes; undefined where its z is not made of codes. */
export function codesOf(model: ModelConfig): Pick<CodePriorShape, "places" | "codes"> | undefined {
  const family = posteriorFamilyOf(model);
  if (family.type !== "vector-quantized") return undefined;
  const encoded = encodedShape(model);
  const onPlaces = posteriorRule(model).placesOf?.(family, model.latent, encoded) !== undefined;
  const places = onPlaces ? encoded.slice(0, -1) : [model.latent / family.dimensions];
  return { places, codes: family.codes };
}

/**
 * Logits of each code, given those before it: by masked convolutions where codes lie in a plane (PixelCNN: van den Oord
 * et al. 2016), by masked layers (MADE: Germain et al. 2015) where they lie in a row.
 * @param index of the codes as numbers, [rows, places]
 * @returns [rows, places, codes]
 */
export function codeLogits(scope: Scope, shape: CodePriorShape, index: Tensor): Tensor {
  const { places, codes, features, layers } = shape;
  const [rows, count] = index.shape as [number, number];
  const embedding = weight(scope, "embedding", [codes, features], 1);
  const embedded = g.gather(embedding, g.cast(index, "int64"));
  const place = weight(scope, "place", [count, features], 1);
  const through = places.length === 2 ? convolution(places) : row(count);
  let x = through(scope.child(0), embedded, true);
  x = g.add(x, place);
  for (let layer = 1; layer <= layers; layer++) x = g.add(x, through(scope.child(layer), g.elu(x), false));
  const output = weight(scope, "output", [features, codes], features);
  const bias = scope.parameter("bias", [codes], zeros, { decay: false });
  return g.reshape(g.gemm(g.reshape(g.elu(x), [rows * count, features]), output, bias), [rows, count, codes]);
}

/** ln p of the codes of each row in nats, [rows]. */
export function codesLogProb(scope: Scope, shape: CodePriorShape, index: Tensor): Tensor {
  const [rows, count] = index.shape as [number, number];
  const logs = g.logSoftmax(codeLogits(scope, shape, index));
  const codes = g.constant(Array.from({ length: shape.codes }, (_, code) => code));
  const isCode = g.cast(g.less(g.abs(g.sub(g.reshape(index, [rows, count, 1]), codes)), 0.5), "float32");
  return g.reduceSum(g.mul(logs, isCode), [1, 2]);
}

type Masked = (scope: Scope, x: Tensor, isFirst: boolean) => Tensor;

const FIRST_KERNEL = 5;
const KERNEL = 3;

/** Each place sees those above it, and those to its left; the first layer does not see the place itself. */
function convolution([height, width]: readonly number[]): Masked {
  return (scope, x, isFirst) => {
    const [rows, , channels] = x.shape as [number, number, number];
    const kernel = isFirst ? FIRST_KERNEL : KERNEL;
    const middle = Math.floor(kernel / 2);
    const seen = Array.from({ length: kernel * kernel }, (_, at) => {
      const before = at - (middle * kernel + middle);
      return before < 0 || (before === 0 && !isFirst) ? 1 : 0;
    });
    const mask = g.constant(seen, [kernel, kernel, 1, 1]);
    const weights = weight(
      scope,
      "weight",
      [kernel, kernel, channels, channels],
      (kernel * kernel * channels) / 2,
    );
    const bias = scope.parameter("bias", [channels], zeros, { decay: false });
    const images = g.reshape(x, [rows, height!, width!, channels]);
    const padding = [
      [middle, middle],
      [middle, middle],
    ] as const;
    const made = conv2d(images, g.mul(weights, mask), { padding, bias });
    return g.reshape(made, x.shape);
  };
}

/** Each place sees all before it. */
function row(count: number): Masked {
  return (scope, x, isFirst) => {
    const [rows, , channels] = x.shape as [number, number, number];
    const seen = Array.from({ length: count * count }, (_, at) => {
      const [from, to] = [Math.floor(at / count), at % count];
      return from < to || (from === to && !isFirst) ? 1 : 0;
    });
    const mask = g.constant(seen, [count, 1, count, 1]);
    const weights = weight(scope, "weight", [count, channels, count, channels], (count * channels) / 2);
    const matrix = g.reshape(g.mul(weights, mask), [count * channels, count * channels]);
    return g.reshape(g.gemm(g.reshape(x, [rows, count * channels]), matrix), x.shape);
  };
}

function weight(scope: Scope, name: string, shape: readonly number[], fanIn: number): Tensor {
  const begin = { distribution: "normal", standardDeviation: Math.sqrt(1 / fanIn) } as const;
  return scope.parameter(name, shape, begin, { decay: false });
}
