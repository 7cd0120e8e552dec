import { NumericalError } from "../common/errors.ts";
import { RunDirectory } from "../run/directory.ts";
import { type ResumeRequest, resumeRun } from "./resume.ts";
import type { RunResult } from "./train.ts";

/** Rollbacks of one call: a training that diverges still is not saved by ever smaller steps. */
const MOST_ROLLBACKS = 3;

/**
 * Does a training, and when its loss is no longer finite resumes it from its last checkpoint with half of the learning
 * rate, at most three times. Each rollback is recorded among the `changes` in the run's `config.json`.
 * @param resume how the run is resumed
 * @throws {NumericalError} when it diverges once more after the last rollback
 */
export async function withRollbacks(
  resume: ResumeRequest,
  training: () => Promise<RunResult>,
): Promise<RunResult> {
  let attempt = training;
  for (let rollback = 1; ; rollback++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NumericalError) || rollback > MOST_ROLLBACKS) throw error;
      const run = await RunDirectory.open(resume.directory);
      const { hyperparameters } = await run.readConfig();
      const learningRate = hyperparameters.learningRate / 2;
      const iteration = (await run.checkpoints()).at(-1) ?? 0;
      const [reason] = error.message.split(": ");
      const message = `${reason}; rolled back to iteration ${iteration}, with half of the learning rate, ${learningRate} (${rollback} of ${MOST_ROLLBACKS})`;
      resume.onEvent?.({ type: "warning", iteration, message });
      attempt = () => resumeRun({ ...resume, hyperparameters: { ...resume.hyperparameters, learningRate } });
    }
  }
}
