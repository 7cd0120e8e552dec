import type * as z from "zod";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import { type ChoiceInput, choiceField } from "./choice.ts";
import type { ModelConfig } from "./config.ts";
import type { LatentInference, PenaltyRule } from "./latent.ts";
import { decode } from "./networks.ts";
import { disentangledInferredPrior, disentangledInferredPriorOfDraws } from "./penalties/dip.ts";
import { mmd } from "./penalties/mmd.ts";
import { regularizedAutoencoder } from "./penalties/rae.ts";
import { totalCorrelation } from "./penalties/total-correlation.ts";
import { RuleTable } from "./rule-table.ts";

/** Every further term of the loss. A new one is a file in `penalties/` and a row here. */
const ROWS = [
  totalCorrelation,
  disentangledInferredPrior,
  disentangledInferredPriorOfDraws,
  mmd,
  regularizedAutoencoder,
] as const;

/** A term that is added to the loss, as data. */
export type Penalty = z.output<(typeof ROWS)[number]["settings"]>;

/** The same as a user writes it. */
export type PenaltyInput = ChoiceInput<Penalty>;

export const penalties = new RuleTable<PenaltyRule>("penalty", ROWS as unknown as readonly PenaltyRule[]);

export const penaltyField = choiceField<PenaltyInput>()(penalties) as z.ZodType<Penalty, PenaltyInput>;

/** The value of a penalty over a batch, weights included, summed over its examples: a scalar. */
export function penaltyOf(
  trace: Trace,
  model: ModelConfig,
  penalty: Penalty,
  { posterior, prior, draw }: LatentInference,
  y?: Tensor,
): Tensor {
  const [batch, , latent] = draw.z.shape as [number, number, number];
  const drawPrior = () => {
    const scope = trace.scope("penalty");
    const noises = prior.noise.map(({ name, distribution, shape }) => {
      const normal = scope.normalNoise(name, [batch, ...shape]);
      // Φ of a normal number is uniform.
      const uniform = () => g.mul(g.add(g.erf(g.mul(normal, Math.SQRT1_2)), 1), 0.5);
      return [name, distribution === "normal" ? normal : uniform()] as const;
    });
    return prior.sample(Object.fromEntries(noises));
  };
  const point = g.reshape(g.slice(draw.z, 1, 0, 1), [batch, latent]);
  return penalties.of(penalty).penalty(penalty, {
    posterior,
    point,
    drawPrior,
    isCertain: draw.logProb === undefined,
    decode: (z) => decode(trace, model, z, undefined, y).mean,
    decoderWeights: () =>
      [...trace.parameters.values()]
        .filter(({ spec }) => spec.decay && spec.name.startsWith("decoder."))
        .map(({ tensor }) => tensor),
    noise: (name, shape) => trace.scope("penalty").normalNoise(name, shape),
  });
}
