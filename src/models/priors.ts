import type * as z from "zod";
import type { PriorRule } from "./latent.ts";
import { standardNormal } from "./priors/standard-normal.ts";
import { RuleTable } from "./rule-table.ts";

/** Every prior. A new one is a file in `priors/` and a row here. */
const ROWS = [standardNormal] as const;

/** p(z), as data. */
export type Prior = z.output<(typeof ROWS)[number]["settings"]>;

export const priors = new RuleTable<PriorRule>("prior", ROWS);

const STANDARD_NORMAL: Prior = { type: "standard-normal" };

/** The prior of a model: standard normal where it does not say. */
export function priorOf({ prior = STANDARD_NORMAL }: { readonly prior?: Prior }): Prior {
  return prior;
}

export function priorRule(model: { readonly prior?: Prior }): PriorRule {
  return priors.of(priorOf(model));
}
