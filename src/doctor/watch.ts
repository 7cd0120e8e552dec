import type { RunConfig } from "../run/config.ts";
import type { HistoryEntry } from "../run/history.ts";
import type { TrainingEvent } from "../train/events.ts";
import { examine } from "./examine.ts";
import { modelChecks } from "./model-checks.ts";
import { trainingChecks } from "./training-checks.ts";

/** Checks that need only the history. */
const WATCHED = [...trainingChecks, ...modelChecks].filter(({ code }) =>
  ["learning-rate", "beta-too-large", "posterior-collapse"].includes(code),
);
/** Share of a training before which checks are too early. */
const SETTLED = 0.1;
/** Number of times a training is checked. It is limited, because each check reads the whole history. */
const LOOKS = 100;

type WatchedConfig = Pick<RunConfig, "hyperparameters" | "training" | "model">;

/** Reports the doctor's findings during a training, each once. */
export class TrainingWatch {
  private readonly config: WatchedConfig;
  private readonly history: HistoryEntry[] = [];
  private readonly told = new Set<string>();
  /** Iteration from which to look again. */
  private next: number;

  constructor(config: WatchedConfig) {
    this.config = config;
    const { training, hyperparameters } = config;
    this.next = Math.max(SETTLED * training.maxIterations, hyperparameters.klWarmup) + 1;
  }

  /** @returns warnings to pass on after this event */
  observe(event: TrainingEvent): TrainingEvent[] {
    if (event.type !== "validation" && event.type !== "log") return [];
    this.history.push({ ...event, seconds: 0 });
    if (event.type !== "validation" || event.iteration < this.next) return [];
    const { maxIterations } = this.config.training;
    this.next = event.iteration + maxIterations / LOOKS;
    const run = { config: this.config, iterations: maxIterations, history: this.history };
    return examine({ run }, WATCHED).findings.flatMap(({ code, evidence, remedy }) => {
      // A β that is too large explains silent dimensions.
      const known = code === "posterior-collapse" ? [code, "beta-too-large"] : [code];
      if (known.some((each) => this.told.has(each))) return [];
      this.told.add(code);
      return [
        { type: "warning", iteration: event.iteration, message: `${code}: ${evidence}: ${remedy}` } as const,
      ];
    });
  }
}
