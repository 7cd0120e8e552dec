import type { Evidence } from "./evidence.ts";

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
