import { input } from "../graph/build.ts";
import { type Shape, sizeOf, type Tensor } from "../graph/node.ts";
import { conditionWidth } from "./condition.ts";
import { withMask } from "./missing.ts";
import type { ModelParts } from "./parts.ts";

/** What is known of each example of a batch. */
export interface Observed {
  /** Rows of values, [batch, values]. Where one is missing, a value that the encoder can take. */
  readonly x: Tensor;
  /** What the model is conditioned on, [batch, conditions]. */
  readonly y?: Tensor;
  /** What the encoder is shown in place of `x`, [batch, values]; absent: `x` itself. */
  readonly shown?: Tensor;
  /** 1 where a value of `x` was observed, 0 where it is missing, [batch, values]; absent: all were. */
  readonly mask?: Tensor;
}

/** The inputs that a graph of this model reads of each example: the shape of one row, by name. */
export function modelInputs({
  inputShape,
  condition,
}: Pick<ModelParts, "inputShape" | "condition">): Readonly<Record<string, Shape>> {
  return { x: [sizeOf(inputShape)], ...(condition && { y: [conditionWidth(condition)] }) };
}

/** The inputs that a graph of the decoder reads of each point. */
export function decoderInputs({
  latent,
  condition,
}: Pick<ModelParts, "latent" | "condition">): Readonly<Record<string, Shape>> {
  return { z: [latent], ...(condition && { y: [conditionWidth(condition)] }) };
}

/** What is observed, from the inputs of a graph by name. Missing values of `x` are NaN there, and filled here. */
export function observedFrom(
  { missing }: Pick<ModelParts, "missing">,
  { x, y }: Readonly<Record<string, Tensor>>,
): Observed {
  return { ...(missing ? withMask(x!, missing) : { x: x! }), ...(y && { y }) };
}

/** The inputs for a batch of examples, by name. */
export function batchInputs(
  model: Pick<ModelParts, "inputShape" | "condition">,
  batch: number,
): Record<string, Tensor> {
  const tensors = Object.entries(modelInputs(model)).map(
    ([name, row]) => [name, input(name, [batch, ...row])] as const,
  );
  return Object.fromEntries(tensors);
}

/** What is observed of a batch of examples. */
export function observedInputs(
  model: Pick<ModelParts, "inputShape" | "condition" | "missing">,
  batch: number,
): Observed {
  return observedFrom(model, batchInputs(model, batch));
}
