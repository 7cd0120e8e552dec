import type { Shape } from "../graph/node.ts";
import { layerShapes } from "../nn/layers.ts";
import type { ModelParts } from "./parts.ts";
import { posteriorFamilyOf, posteriorRule, type WithPosterior } from "./posteriors.ts";

type Encoded = WithPosterior & Pick<ModelParts, "encoder" | "inputShape" | "latent">;

/** The shape in which the encoder's layers end, for one example. */
export function encodedShape({ encoder, inputShape }: Pick<ModelParts, "encoder" | "inputShape">): Shape {
  return layerShapes(encoder, inputShape, "encoder").at(-1) ?? inputShape;
}

/** What the layers of the decoder read of a point: z itself, or features that the posterior's family makes of it. */
export function decoderInputShape(model: Encoded): Shape {
  const family = posteriorFamilyOf(model);
  return posteriorRule(model).decoderInput?.(family, model.latent, encodedShape(model)) ?? [model.latent];
}

/** Dimensions of each layer of latents, the one next to the data first; one number where there are no layers. */
export function layerSizes(model: Encoded): readonly number[] {
  const family = posteriorFamilyOf(model);
  return posteriorRule(model).layerSizes?.(family, encodedShape(model)) ?? [model.latent];
}
