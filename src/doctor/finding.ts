import type { Evidence } from "./evidence.ts";

/** Something that is wrong with data or a training: what, how it shows, and what mends it. */
export interface Finding {
  /** Such as `posterior-collapse`; docs/doctor.md explains each. */
  readonly code: string;
  /** One sentence, with the numbers that show it. */
  readonly evidence: string;
  /** One sentence: what to do. */
  readonly remedy: string;
}

/** One thing to look for. */
export interface Check {
  readonly code: string;
  /** What is looked for, for the list of what was checked. */
  readonly title: string;
  /** Whether the evidence says anything about it. */
  readonly applies: (evidence: Evidence) => boolean;
  /** What was found; called when it applies. */
  readonly look: (evidence: Evidence) => Omit<Finding, "code"> | undefined;
}
