import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import type { Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { corrupted, type Denoise } from "./denoise.ts";
import { elbo } from "./elbo.ts";
import { doublyReparameterized, importanceWeighted } from "./importance-weighted.ts";
import type { KlPenalty } from "./kl-penalty.ts";
import type { KlTerms, LossTerms, Scheduled } from "./loss-terms.ts";
import type { Observed } from "./observed.ts";
import { type Penalty, penaltyOf } from "./penalties.ts";
import type { Schedules } from "./schedules.ts";

/**
 * What training maximises, as data: any objective goes with any network and any likelihood.
 *
 * - `elbo`: the evidence lower bound, averaged over the draws of z (Kingma & Welling 2014).
 * - `iwae`: the importance-weighted bound, which k draws of z make tighter (Burda, Grosse & Salakhutdinov 2016).
 * - `dreg`: the same bound with the doubly reparameterised gradient for the encoder, whose signal does not drown in
 *   noise as k grows (Tucker et al. 2019).
 */
export type Objective = (
  | { readonly type: "elbo"; readonly penalty: KlPenalty }
  | { readonly type: "iwae" }
  | { readonly type: "dreg" }
) & {
  /** How the numbers of the loss move while training; absent: they do not. */
  readonly schedules?: Schedules;
  /** A further term of the loss; absent: none. */
  readonly extra?: Penalty;
  /** What is done in training to the values that the encoder is shown; absent: nothing. */
  readonly denoise?: Denoise;
};

export const OBJECTIVES = ["elbo", "iwae", "dreg"] as const satisfies readonly Objective["type"][];

/**
 * Whether an objective has a bound of its own beside the ELBO: with one draw `iwae` is the ELBO, and `dreg` keeps its own
 * gradient.
 */
export function isImportanceWeighted(
  { type }: { readonly type: Objective["type"] },
  samples: number,
): boolean {
  return type === "dreg" || (type === "iwae" && samples > 1);
}

/** Whether the loss is a sum over examples. Otherwise a penalty looks at the mean of the whole batch. */
export function isSumOverExamples(objective: Objective): boolean {
  if (objective.extra) return false;
  return objective.type !== "elbo" || objective.penalty.type === "weighted";
}

/**
 * @param samples draws of z an example: k
 */
export function lossTerms(
  trace: Trace,
  model: ModelConfig,
  objective: Objective,
  observed: Observed,
  scheduled: Scheduled,
  samples = 1,
): LossTerms {
  const { denoise } = objective;
  const shown = denoise && trace.training && corrupted(trace, model, denoise, observed.x);
  const given = shown ? { ...observed, shown } : observed;
  const terms = boundTerms(trace, model, objective, given, scheduled, samples);
  const { extra } = objective;
  const { losses = {}, measures } = terms.posterior;
  const penalties = {
    ...losses,
    ...(extra && { [extra.type]: penaltyOf(trace, model, extra, terms.latent, observed.y) }),
  };
  const logged = { ...measures, ...klByLayer(terms.kl) };
  const loss = Object.values(penalties).reduce((sum, penalty) => g.add(sum, penalty), terms.loss);
  return { ...terms, loss, penalties, ...(Object.keys(logged).length > 0 && { measures: logged }) };
}

/** The mean KL of each layer of latents over the batch, as `kl_1` for the one next to the data. */
function klByLayer({ layers }: KlTerms): Record<string, Tensor> {
  if (!layers) return {};
  const count = layers.shape[1]!;
  const means = g.reduceMean(layers, [0]);
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`kl_${at + 1}`, g.reshape(g.slice(means, 0, at, at + 1), [])]),
  );
}

function boundTerms(
  trace: Trace,
  model: ModelConfig,
  objective: Objective,
  observed: Observed,
  { beta, capacity }: Scheduled,
  samples: number,
): LossTerms {
  switch (objective.type) {
    case "elbo":
      return elbo(trace, model, observed, { beta, capacity, penalty: objective.penalty, samples });
    case "iwae":
      // With one draw the bound is the ELBO, whose KL is then taken in closed form.
      return samples === 1
        ? elbo(trace, model, observed, { beta, capacity, penalty: { type: "weighted" }, samples })
        : importanceWeighted(trace, model, observed, beta, samples);
    case "dreg":
      return doublyReparameterized(trace, model, observed, beta, samples);
  }
}

/** The ELBO with weight 1 and no penalty: for evaluation. */
export const EVIDENCE_LOWER_BOUND: Objective = { type: "elbo", penalty: { type: "weighted" } };

/** The values of scheduled numbers in evaluation: those of the plain bound. */
export const UNSCHEDULED: Scheduled = { beta: g.constant(1), capacity: g.constant(0) };
