import { dataChecks } from "./data-checks.ts";
import type { Evidence } from "./evidence.ts";
import type { Check, Finding } from "./finding.ts";
import { modelChecks } from "./model-checks.ts";
import { trainingChecks } from "./training-checks.ts";

/** All checks. Causes come before effects, so the first finding is the one to fix first. */
export const CHECKS: readonly Check[] = [...dataChecks, ...trainingChecks, ...modelChecks];

export interface Diagnosis {
  /** In the order in which to mend them. */
  readonly findings: readonly Finding[];
  /** Titles of the checks that could be made. */
  readonly checked: readonly string[];
  /** Titles of those of them that found nothing. */
  readonly passed: readonly string[];
}

export function examine(evidence: Evidence, checks: readonly Check[] = CHECKS): Diagnosis {
  const possible = checks.filter(({ applies }) => applies(evidence));
  const results = possible.map(({ code, title, look }) => {
    const found = look(evidence);
    return { title, finding: found && { code, ...found } };
  });
  return {
    findings: results.flatMap(({ finding }) => finding ?? []),
    checked: results.map(({ title }) => title),
    passed: results.flatMap(({ title, finding }) => (finding ? [] : [title])),
  };
}
