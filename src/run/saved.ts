import { join } from "node:path";
import { RunError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import { type Weights, type WeightsLayout, weightsLayout } from "../models/weights.ts";
import { readCheckpoint } from "./checkpoint-file.ts";
import type { RunConfig } from "./config.ts";
import { RunDirectory } from "./directory.ts";
import { exportModels } from "./export-files.ts";
import { checkpointName } from "./paths.ts";
import { type CheckpointName, type ModelToSave, type SavedModel, savedConfig } from "./saved-model.ts";

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

/**
 * @param options.checkpoint to read instead of the model
 * @throws {RunError} when the folder does not hold a run that this version can read, or one that has no model yet
 */
export async function loadModel(
  directory: string,
  { checkpoint }: { readonly checkpoint?: CheckpointName | undefined } = {},
): Promise<SavedModel> {
  const run = await RunDirectory.open(directory);
  const config = await run.readConfig();
  const layout = weightsLayout(config.model);
  if (checkpoint !== undefined) return { config, ...(await checkpointWeights(run, layout, checkpoint)) };
  if (!(await run.has("model"))) {
    const failure = await run.readFailure();
    throw new RunError(
      failure === undefined
        ? `${directory} has no model yet, its training has not ended; once it has stopped, npx vaekit train --resume ${directory} resumes it, and ${asSetting("checkpoint", "last")} reads its latest checkpoint`
        : `${directory} has no model, its training failed: ${failure}; npx vaekit train --resume ${directory} with a lower --learning-rate resumes from its last good checkpoint, and ${asSetting("checkpoint", "last")} reads that`,
    );
  }
  const { iteration, ...weights } = await run.readModel(layout);
  return { config, weights, iteration };
}

async function checkpointWeights(
  run: RunDirectory,
  layout: WeightsLayout,
  name: CheckpointName,
): Promise<Pick<SavedModel, "weights" | "iteration">> {
  const iterations = await run.checkpoints();
  if (iterations.length === 0)
    throw new RunError(`${run.path} has no checkpoint: leave it out to read the model`);
  if (typeof name === "number" && !iterations.includes(name))
    throw new RunError(
      `${run.path} has no checkpoint of iteration ${name}: it has those of ${iterations.join(" and ")}`,
    );
  const checkpoint =
    typeof name === "number"
      ? await readCheckpoint(join(run.path, checkpointName(name)), layout)
      : (await run.latestCheckpoint(layout)).checkpoint!;
  const { iteration, parameters, states, best } = checkpoint;
  if (name !== "best") return { weights: { layout, parameters, states }, iteration };
  if (!best?.parameters || !best.states)
    throw new RunError(
      `${run.path} kept no best weights: they are kept with ${asSetting("patience")}; ${asSetting("checkpoint", "last")} reads the latest`,
    );
  return { weights: { layout, parameters: best.parameters, states: best.states }, iteration: best.iteration };
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
