import { inDataUnits } from "../data/preprocess.ts";
import type { Preprocess } from "../data/schema.ts";
import type { ModelConfig } from "../models/config.ts";
import type { Hyperparameters } from "../models/hyperparameters.ts";
import type { Weights } from "../models/weights.ts";
import type { Origin } from "../run/saved-model.ts";

/** Everything of a model that changes. It is replaced as a whole, never in part. */
export interface State {
  readonly model: ModelConfig;
  readonly hyperparameters: Hyperparameters;
  /** Whether the model's input shape was asked for: otherwise it becomes that of the first data. */
  readonly shapeIsKnown: boolean;
  readonly weights?: Weights;
  /** How the weights came about; absent for those put in by hand. */
  readonly origin?: Origin;
}

/** Rows in the units of the data. */
export type DecodedRows = Float32Array | Float64Array;

/** Asks for rows as the model sees them: centred and divided as the training data were. */
export interface ModelUnits {
  /** Rows as the model sees them, instead of in the units of the data. */
  readonly units: "model";
}

/** What was done to the data in training. */
export function preprocessOf({ origin }: State): Preprocess | undefined {
  return origin && ("config" in origin ? origin.config.data.preprocess : origin.train.preprocess);
}

/** What bytes were divided by in training. */
export function byteDivisorOf({ origin }: State): number | undefined {
  return origin && ("config" in origin ? origin.config.data.scale : origin.train.divisor);
}

/** Rows that the model made, in the units asked for; those of the data by default. */
export function inUnits(rows: Float32Array, state: State, units: "model" | undefined): DecodedRows {
  return units === "model" ? rows : inDataUnits(rows, preprocessOf(state));
}
