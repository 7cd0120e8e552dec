/**
 * A training without the command line and its pictures: node training.mjs train|resume|longer|force DATA FOLDER
 * `train` ends at 40 iterations, `longer` resumes to 60, `force` replaces the run by one of 40 with another seed.
 */
import { resumeRun } from "../../dist/tasks/resume.js";
import { trainRun } from "../../dist/tasks/train.js";

const [action, data, directory] = process.argv.slice(2);
const training = { maxIterations: 40, checkpointEvery: 15, validateEvery: 25, logEvery: 5, seed: 3 };
const request = {
  data,
  directory,
  architecture: [64, 6, 2],
  hyperparameters: { batchSize: 16, normalization: "batch" },
  film: true,
};

const ACTIONS = {
  train: () => trainRun({ ...request, training }),
  force: () => trainRun({ ...request, training: { ...training, seed: 4 }, force: true }),
  resume: () => resumeRun({ directory }),
  longer: () => resumeRun({ directory, training: { maxIterations: 60 } }),
};

try {
  const { vae } = await ACTIONS[action]();
  await vae.dispose();
} catch (error) {
  // As the command line does: errors of vaekit in one sentence.
  if (!/^(RunError|ConfigError|DataError|NumericalError)$/.test(error.name)) throw error;
  console.error(`vaekit: ${error.message}`);
  process.exitCode = 2;
}
