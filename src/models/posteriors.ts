import type * as z from "zod";
import { type ChoiceInput, choiceField } from "./choice.ts";
import type { PosteriorRule } from "./latent.ts";
import { concrete } from "./posteriors/concrete.ts";
import { fullNormal } from "./posteriors/full-normal.ts";
import { iaf } from "./posteriors/iaf.ts";
import { ladder } from "./posteriors/ladder.ts";
import { maf } from "./posteriors/maf.ts";
import { diagonalNormal } from "./posteriors/normal.ts";
import { planar } from "./posteriors/planar.ts";
import { point } from "./posteriors/point.ts";
import { radial } from "./posteriors/radial.ts";
import { vectorQuantized } from "./posteriors/vector-quantized.ts";
import { vonMisesFisher } from "./posteriors/von-mises-fisher.ts";
import { RuleTable } from "./rule-table.ts";

/** Every family of posteriors. A new one is a file in `posteriors/` and a row here. */
const ROWS = [
  diagonalNormal,
  fullNormal,
  planar,
  radial,
  iaf,
  maf,
  vonMisesFisher,
  point,
  ladder,
  vectorQuantized,
  concrete,
] as const;

/** The family of q(z|x), as data. */
export type PosteriorFamily = z.output<(typeof ROWS)[number]["settings"]>;

/** The family of q(z|x) as a user writes it: its type, a short text, or its settings. */
export type PosteriorInput = ChoiceInput<PosteriorFamily>;

export const posteriors = new RuleTable<PosteriorRule>(
  "posterior",
  ROWS as unknown as readonly PosteriorRule[],
);

export const posteriorField = choiceField<PosteriorInput>()(posteriors) as z.ZodType<
  PosteriorFamily,
  PosteriorInput
>;

/** What says which family of posteriors a model has. */
export interface WithPosterior {
  readonly posterior?: PosteriorFamily;
  readonly deterministic?: boolean;
}

/** The family of a model's posteriors: normal with independent dimensions where it does not say. */
export function posteriorFamilyOf({ posterior, deterministic }: WithPosterior): PosteriorFamily {
  return posterior ?? { type: deterministic ? "point" : "normal" };
}

export function posteriorRule(model: WithPosterior): PosteriorRule {
  return posteriors.of(posteriorFamilyOf(model));
}

/** Whether an example is encoded to a point: a plain autoencoder. */
export function hasPoints(model: WithPosterior): boolean {
  return !posteriorRule(model).hasDensity;
}
