import { isConditioned } from "./condition.ts";
import type { ModelConfig } from "./config.ts";
import { posteriorRule } from "./posteriors.ts";
import { priorRule } from "./priors.ts";

/** Whether the prior of z is N(0, I) for every condition. */
export function hasStandardPrior(model: ModelConfig): boolean {
  return priorRule(model).factorises && !isConditioned(model, "prior");
}

/** Whether z is N(0, I) a priori and normal with independent dimensions a posteriori: what closed forms are of. */
export function hasStandardLatents(model: ModelConfig): boolean {
  return hasStandardPrior(model) && posteriorRule(model).isDiagonalNormal;
}
