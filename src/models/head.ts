import { ConfigError } from "../common/errors.ts";
import { type Shape, sameShape, sizeOf } from "../graph/node.ts";
import { headSize } from "../nn/distributions/likelihood.ts";
import { timesText } from "../nn/layers/rule.ts";
import { type Layer, layerShapes } from "../nn/layers.ts";
import type { ModelConfig } from "./config.ts";

/** A decoder's layers, and the linear one that makes the likelihood's outputs; absent: a dense one. */
interface DecoderParts {
  readonly decoder: readonly Layer[];
  /** Its units or channels are those of the data: a likelihood that needs several outputs multiplies them. */
  readonly head?: Layer;
}

/**
 * Finds the head of a decoder. If its last layer is dense or a convolution, and makes the shape of the data, that is the
 * head. Otherwise one is added: a convolution with kernel 1 where images or sequences come out, a dense layer where a
 * row does. Reshaping at the end has no effect and is left out.
 * @param begin shape of what the layers read: of z, or of features made of it
 * @param inputShape of one example
 * @throws {ConfigError} when the layers do not fit together, or do not lead to the shape of the data
 */
export function decoderParts(layers: readonly Layer[], begin: Shape, inputShape: Shape): DecoderParts {
  const shapes = layerShapes(layers, begin, "decoder");
  let end = layers.length;
  while (end > 0 && RESHAPES.has(layers[end - 1]!.type)) end--;
  const decoder = layers.slice(0, end);
  const last = decoder.at(-1);
  const made = shapes[end - 1] ?? begin;
  if (last?.type === "dense" && last.units === sizeOf(inputShape))
    return { decoder: decoder.slice(0, -1), head: last };
  if (made.length === 1) return { decoder };

  const wanted = imageOf(inputShape, made.slice(0, -1));
  const isHead = last !== undefined && "channels" in last;
  if (!sameShape(made.slice(0, -1), wanted.slice(0, -1)) || (isHead && !sameShape(made, wanted)))
    throw new ConfigError(
      `decoder layer ${end - 1} (${last!.type}) makes ${timesText(made)}: the data are ${timesText(wanted)}`,
    );
  if (isHead) return { decoder: decoder.slice(0, -1), head: last };
  const type = wanted.length === 2 ? "conv1d" : "conv2d";
  return { decoder, head: { type, channels: wanted.at(-1)!, kernel: 1 } };
}

/** The layer that makes the likelihood's outputs: the model's head, as large as the likelihood needs it. */
export function headOf({ head, inputShape, likelihood }: ModelConfig): Layer {
  const values = sizeOf(inputShape);
  const size = headSize(likelihood, values);
  if (!head || head.type === "dense") return { type: "dense", ...head, units: size };
  return "channels" in head ? { ...head, channels: (head.channels * size) / values } : head;
}

const RESHAPES: ReadonlySet<string> = new Set(["reshape", "flatten"]);

/** The shape of an example with a channel axis. */
function imageOf(inputShape: Shape, lengths: Shape): Shape {
  if (inputShape.length === lengths.length + 1) return inputShape;
  const channels = sizeOf(inputShape) / sizeOf(lengths);
  return Number.isInteger(channels) ? [...lengths, channels] : [...inputShape, 1];
}
