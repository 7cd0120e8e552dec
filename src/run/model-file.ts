import { join } from "node:path";
import { encodeSafetensors } from "../files/safetensors.ts";
import { readSafetensors, writeSafetensors } from "../files/safetensors-file.ts";
import type { ParsedTensorFile } from "../files/safetensors-parser.ts";
import type { WeightsLayout } from "../models/weights.ts";
import { Checksums, requireWhole, writeRunFile } from "./checksums.ts";
import { RUN_FILES } from "./paths.ts";
import { modelOfTensors, type StoredModel, tensorFileOf } from "./stored-model.ts";
import { requireChecksum, withChecksum } from "./tensor-checksum.ts";

/** Writes a run's `model.safetensors`. @throws {RunError} when the file cannot be written */
export async function writeModel(folder: string, model: StoredModel): Promise<void> {
  await writeRunFile(folder, RUN_FILES.model, encodeSafetensors(tensorFileOf(model)));
}

/**
 * Reads a run's `model.safetensors`.
 * @throws {RunError} when the file is missing, damaged, or of a model with another layout
 */
export async function readModel(folder: string, layout: WeightsLayout): Promise<StoredModel> {
  const path = join(folder, RUN_FILES.model);
  const file = await readSafetensors(path);
  requireWhole(folder, RUN_FILES.model, file.digest, await Checksums.read(folder));
  return modelOfTensors(path, file, layout);
}

/** Writes a model that carries its checksum itself. @throws {RunError} when the file cannot be written */
export async function writeFrame(path: string, model: StoredModel): Promise<void> {
  await writeSafetensors(path, withChecksum(tensorFileOf(model)));
}

/** Reads what {@link writeFrame} wrote; that of version 0.1 had no checksum. @throws {RunError} as {@link readModel} */
export async function readFrame(path: string, layout: WeightsLayout): Promise<StoredModel> {
  const file = await readSafetensors(path);
  requireWholeFrame(path, file);
  return modelOfTensors(path, file, layout);
}

/** Facts of version 0.1: with any other, a checksum belongs to them. */
const FACTS_WITHOUT_CHECKSUM = "format,iteration";

/** @throws {RunError} when a frame is damaged; without a checksum only facts that do not belong there are noticed */
export function requireWholeFrame(path: string, file: ParsedTensorFile): void {
  if ([...file.metadata.keys()].sort().join() !== FACTS_WITHOUT_CHECKSUM) requireChecksum(path, file);
}
