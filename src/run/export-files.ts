import { writeRunFile } from "./checksums.ts";
import type { RunDirectory } from "./directory.ts";
import { exportedModels, type Provenance } from "./export.ts";
import { RUN_FILES } from "./paths.ts";
import type { StoredModel } from "./stored-model.ts";

/**
 * Writes `encoder.onnx`, `decoder.onnx` and, where the prior is not standard normal, `prior.onnx` into a run's folder.
 * @throws {RunError} when they cannot be written
 */
export async function exportModels(run: RunDirectory, config: Provenance, model: StoredModel): Promise<void> {
  for (const [name, bytes] of exportedModels(config, model))
    await writeRunFile(run.path, RUN_FILES[name], bytes);
}
