import { RunError } from "../common/errors.ts";
import { type Weights, weightsLayout } from "../models/weights.ts";
import type { RunConfig } from "./config.ts";
import { RunDirectory } from "./directory.ts";
import { exportModels } from "./export-files.ts";
import { type ModelToSave, type SavedModel, savedConfig } from "./saved-model.ts";

/** Writes the files that make a run of a model: configuration, weights, encoder and decoder. */
export async function writeRunModel(
  run: RunDirectory,
  config: RunConfig,
  weights: Weights,
  iteration: number,
): Promise<void> {
  const model = { ...weights, iteration };
  await run.writeModel(model);
  await exportModels(run, config, model);
}

/** @throws {RunError} when the folder does not hold a run that this version can read, or one that has no model yet */
export async function loadModel(directory: string): Promise<SavedModel> {
  const run = await RunDirectory.open(directory);
  const config = await run.readConfig();
  if (!(await run.has("model"))) {
    const failure = await run.readFailure();
    throw new RunError(
      failure === undefined
        ? `${directory} has no model yet, its training has not ended; once it has stopped, npx vaekit train --resume ${directory} goes on with it`
        : `${directory} has no model, its training failed: ${failure}; npx vaekit train --resume ${directory} with a lower --learning-rate resumes from its last good checkpoint`,
    );
  }
  const { iteration, ...weights } = await run.readModel(weightsLayout(config.model));
  return { config, weights, iteration };
}

/** @throws {RunError} when the folder is occupied and `force` is not given */
export async function saveModel(
  saved: ModelToSave,
  directory: string,
  options: { force?: boolean },
): Promise<void> {
  const { weights, origin } = saved;
  const config = await savedConfig(saved);
  const run = await RunDirectory.create(directory, options);
  try {
    await run.writeConfig(config);
    await writeRunModel(run, config, weights, origin.iteration);
  } finally {
    await run.close();
  }
}
