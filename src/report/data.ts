import type { Finding } from "../doctor/finding.ts";
import type { ElboDetails } from "../evaluate/evaluation.ts";
import type { EvaluationRecord } from "../evaluate/record.ts";
import type { RunConfig } from "../run/config.ts";
import type { HistoryEntry } from "../run/history.ts";
import type { PageFigure } from "./figures/figure.ts";
import type { Markup } from "./html.ts";
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
  /** What `doctor` finds; absent where nothing could be looked at. */
  readonly findings?: readonly Finding[] | undefined;
  /** What `evaluate` has measured of these weights, where it has. */
  readonly record?: EvaluationRecord | undefined;
  /** Style sheet rules with the font in them. */
  readonly fonts?: string | undefined;
  /** Charts of the history. */
  readonly curves: readonly Markup[];
  /** What the model does, drawn for the page. */
  readonly figures: readonly PageFigure[];
  /** The page that walks through the latent space; absent where there is none. */
  readonly explorer?: string | undefined;
  /** Of the folder of pictures, those that are not drawn for the page. */
  readonly pictures: readonly Picture[];
  /** Files that are too large for the page, or no images. */
  readonly leftOut: readonly string[];
}
