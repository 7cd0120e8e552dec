/**
 * The state that training carries from one iteration to the next: with the configuration and the data, this is enough
 * to resume exactly. Noise has no state: it is a function of seed and iteration.
 */
export interface Checkpoint {
  /** Iterations done. */
  readonly iteration: number;
  /** Flat, in the layout of the model's parameters. */
  readonly parameters: Float32Array;
  /** The optimizer's moments, each laid out as the parameters. */
  readonly moments: readonly Float32Array[];
  /** Running statistics of normalisation layers, flat. */
  readonly states: Float32Array;
  /** Sums since the last entry in the history. */
  readonly running: RunningSums;
  /** Early stopping's memory; absent before the first validation. */
  readonly best?: BestSoFar;
}

export interface RunningSums {
  reconstruction: number;
  kl: number;
  /** Absent when the objective's bound is the ELBO. */
  bound?: number;
  /** By name; absent where the loss has none. */
  penalties?: Readonly<Record<string, number>>;
  /** What is logged beside the loss, by name; absent where there is nothing. */
  measures?: Readonly<Record<string, number>>;
  iterations: number;
}

export interface BestSoFar {
  readonly iteration: number;
  /** What training maximises, on the validation data, in nats per example: the ELBO where nothing else was asked for. */
  readonly elbo: number;
  /** Validations since then. */
  readonly age: number;
  /** The parameters and states of that iteration, kept only when patience was asked for. */
  readonly parameters?: Float32Array;
  readonly states?: Float32Array;
}
