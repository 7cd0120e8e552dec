/** Schedules of numbers over training, as data. Iterations count from 1. */
export type Schedule =
  | { readonly type: "constant"; readonly value: number }
  /** Up to a value in equal steps (Sønderby et al. 2016). */
  | { readonly type: "rise"; readonly to: number; readonly iterations: number }
  /** Up to a value over the first part of each of several cycles (Fu et al. 2019, eq. 6). */
  | { readonly type: "cycles"; readonly to: number; readonly cycles: number; readonly rise: number };

/** The scheduled numbers of an objective. */
export interface Schedules {
  /** Weight of the KL term. */
  readonly beta: Schedule;
  /** Nats of KL that a capacity penalty aims at (Burgess et al. 2018, section 4). */
  readonly capacity: Schedule;
}

/** A schedule's value at an iteration, given the training's length. */
export function valueAt(schedule: Schedule, iteration: number, maxIterations: number): number {
  switch (schedule.type) {
    case "constant":
      return schedule.value;
    case "rise":
      return schedule.to * Math.min(1, iteration / schedule.iterations);
    case "cycles": {
      // In whole numbers: the length of a cycle may be none.
      const done = (((iteration - 1) * schedule.cycles) % maxIterations) / maxIterations;
      return schedule.to * Math.min(1, done / schedule.rise);
    }
  }
}

/** The first iteration from which a schedule stays at what it leads to; of cycles, the end of the last rise. */
function settledAt(schedule: Schedule, maxIterations: number): number {
  switch (schedule.type) {
    case "constant":
      return 0;
    case "rise":
      return schedule.iterations;
    case "cycles":
      return 1 + Math.ceil((maxIterations * (schedule.cycles - 1 + schedule.rise)) / schedule.cycles);
  }
}

/** The iteration from which an objective has its final value: all its warm-ups are over. */
export function warmedUpAt({ beta, capacity }: Schedules, maxIterations: number): number {
  return Math.min(
    maxIterations,
    Math.max(settledAt(beta, maxIterations), settledAt(capacity, maxIterations)),
  );
}

/** Those of the plain bound. */
export const UNMOVED: Schedules = {
  beta: { type: "constant", value: 1 },
  capacity: { type: "constant", value: 0 },
};
