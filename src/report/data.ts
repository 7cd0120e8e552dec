import type { ElboDetails } from "../evaluate/evaluation.ts";
import type { RunConfig } from "../run/config.ts";
import type { HistoryEntry } from "../run/history.ts";
import type { Picture } from "./pictures.ts";

/** Numbers of the finished model on examples it has not seen. */
export interface ReportEvaluation extends Omit<ElboDetails, "perExample" | "elboStandardError"> {
  /** Such as `test`. */
  readonly split: string;
}

/** Everything a report tells, as plain data. */
export interface ReportData {
  /** The run directory's own name. */
  readonly name: string;
  readonly config: RunConfig;
  readonly history: readonly HistoryEntry[];
  /** The iteration whose weights were kept. */
  readonly keptIteration: number;
  /** Parameters of the networks, weights and biases. */
  readonly parameters: number;
  /** The numbers, or in one sentence why there are none. */
  readonly evaluation: ReportEvaluation | string;
  /** Charts of the history, as SVG. */
  readonly curves: readonly string[];
  readonly pictures: readonly Picture[];
  /** Files that are too large for the page, or no images. */
  readonly leftOut: readonly string[];
}
