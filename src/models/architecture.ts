import type { ActivationName } from "../nn/activations.ts";
import type { Initialization } from "../nn/initializers.ts";
import type { Layer } from "../nn/layers.ts";

export interface HiddenStyle {
  readonly activation: ActivationName;
  /** Probability of keeping a hidden unit while training, in (0, 1]. */
  readonly keepProbability: number;
  readonly normalization: "none" | "batch" | "layer";
  readonly initialization: Initialization;
}

/** Dense hidden layers of these sizes: linear, normalisation if any, activation, dropout if any. */
export function hiddenLayers(sizes: readonly number[], style: HiddenStyle): Layer[] {
  return sizes.flatMap((units): Layer[] => [
    { type: "dense", units, initialization: style.initialization },
    ...(style.normalization === "none" ? [] : [{ type: `${style.normalization}Norm` } as const]),
    { type: "activation", activation: style.activation },
    ...(style.keepProbability === 1
      ? []
      : [{ type: "dropout", keepProbability: style.keepProbability } as const]),
  ]);
}
