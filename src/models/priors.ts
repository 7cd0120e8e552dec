import type * as z from "zod";
import { type ChoiceInput, choiceField } from "./choice.ts";
import type { PriorRule } from "./latent.ts";
import { posteriorRule, type WithPosterior } from "./posteriors.ts";
import { flow } from "./priors/flow.ts";
import { mixture } from "./priors/mixture.ts";
import { standardNormal } from "./priors/standard-normal.ts";
import { vamp } from "./priors/vamp.ts";
import { RuleTable } from "./rule-table.ts";

/** Every prior. A new one is a file in `priors/` and a row here. */
const ROWS = [standardNormal, mixture, vamp, flow] as const;

/** p(z), as data. */
export type Prior = z.output<(typeof ROWS)[number]["settings"]>;

/** p(z) as a user writes it: `"vamp"`, `"vamp:components=100"` or `{ type: "vamp", components: 100 }`. */
export type PriorInput = ChoiceInput<Prior>;

export const priors = new RuleTable<PriorRule>("prior", ROWS as unknown as readonly PriorRule[]);

export const priorField = choiceField<PriorInput>()(priors) as z.ZodType<Prior, PriorInput>;

const STANDARD_NORMAL: Prior = { type: "standard-normal" };

/** What says which prior a model has. */
interface WithPrior extends WithPosterior {
  readonly prior?: Prior;
}

/** The prior of a model that names none: its posterior's own, or standard normal. */
export function priorOf(model: WithPrior): Prior {
  const own = posteriorRule(model).ownPrior;
  return own ? ({ type: own.type } as Prior) : (model.prior ?? STANDARD_NORMAL);
}

export function priorRule(model: WithPrior): PriorRule {
  return posteriorRule(model).ownPrior ?? priors.of(priorOf(model));
}
