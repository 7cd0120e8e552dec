import type { Evidence, RunEvidence } from "./evidence.ts";

/** A problem with data or a training: what it is, its evidence, and its remedy. */
export interface Finding {
  /** Such as `posterior-collapse`; docs/doctor.md explains each. */
  readonly code: string;
  /** One sentence, with the numbers that show it. */
  readonly evidence: string;
  /** One sentence: what to do. */
  readonly remedy: string;
}

/** One check. */
export interface Check {
  readonly code: string;
  /** Its title in the list of checks. */
  readonly title: string;
  /** Whether the evidence suffices for the check. */
  readonly applies: (evidence: Evidence) => boolean;
  /** What was found; called when it applies. */
  readonly look: (evidence: Evidence) => Omit<Finding, "code"> | undefined;
}

/** A remedy, and whether the run's settings allow it. */
interface Advice {
  readonly text: string;
  /** Whether the run's settings leave this to be done; default: they do. */
  readonly unless?: boolean | undefined;
}

/**
 * The applicable remedies as one sentence.
 * @param otherwise said where nothing is left
 */
export function remedyOf(advice: readonly Advice[], otherwise: string): string {
  const left = advice.filter(({ unless }) => !unless).map(({ text }) => text);
  if (left.length === 0) return otherwise;
  return left.length === 1 ? left[0]! : `${left.slice(0, -1).join(", ")}, or ${left.at(-1)}`;
}

/** Whether patience ended the training before its length: a longer one would end at the same place. */
export function wasStoppedByPatience(run: RunEvidence | undefined): boolean {
  if (!run) return false;
  const { patience, maxIterations } = run.config.training;
  return patience > 0 && run.iterations < maxIterations;
}
