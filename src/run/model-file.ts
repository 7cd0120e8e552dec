import { readSafetensors } from "../files/safetensors-reader.ts";
import { writeSafetensors } from "../files/safetensors-writer.ts";
import type { WeightsLayout } from "../models/weights.ts";
import { modelOfTensors, type StoredModel, tensorFileOf } from "./stored-model.ts";

/** @throws {RunError} when the file cannot be written */
export async function writeModel(path: string, model: StoredModel): Promise<void> {
  await writeSafetensors(path, tensorFileOf(model));
}

/** @throws {RunError} when the file is missing, damaged, or of a model with another layout */
export async function readModel(path: string, layout: WeightsLayout): Promise<StoredModel> {
  return modelOfTensors(path, await readSafetensors(path), layout);
}
