/** A run directory as one zip file, for places without folders: the files that `VAE.load` and `vaekit` read of a run. */
import { unzipSync, type Zippable, zipSync } from "fflate";
import { RunError } from "../common/errors.ts";
import { encodeSafetensors } from "../files/safetensors.ts";
import { parseSafetensors } from "../files/safetensors-parser.ts";
import { weightsLayout } from "../models/weights.ts";
import { formatConfig, parseConfig } from "./config.ts";
import { exportedModels } from "./export.ts";
import { RUN_FILES } from "./paths.ts";
import { type ModelToSave, type SavedModel, savedConfig } from "./saved-model.ts";
import { modelOfTensors, tensorFileOf } from "./stored-model.ts";

/** Of a file in an archive, unpacked: more would not fit into an array. */
const MOST_BYTES = 2 ** 31;
/** The least that the format can tell: the same model gives the same bytes. */
const TIME = "1980-01-02T12:00:00";

/** Configuration, weights, encoder and decoder. */
export async function archiveOf(saved: ModelToSave): Promise<Uint8Array<ArrayBuffer>> {
  const config = await savedConfig(saved);
  const model = { ...saved.weights, iteration: saved.origin.iteration };
  const files: Zippable = {
    [RUN_FILES.config]: new TextEncoder().encode(formatConfig(config)),
    [RUN_FILES.model]: joined(encodeSafetensors(tensorFileOf(model))),
  };
  for (const [name, bytes] of exportedModels(config, model)) files[RUN_FILES[name]] = bytes;
  // Weights do not compress.
  return zipSync(files, { level: 0, mtime: TIME });
}

/**
 * @param name of the archive, for messages
 * @param bytes of a zip file of a run: its files, or its folder
 * @throws {RunError} when it is no zip file, or its model cannot be read
 */
export async function modelInArchive(name: string, bytes: Uint8Array): Promise<SavedModel> {
  const files = unpack(name, bytes);
  const take = (file: string) => {
    const contents = files.get(file);
    if (contents) return contents;
    throw new RunError(`${name} has no ${file}: give the zip file of a run`);
  };
  const config = parseConfig(`${name}/${RUN_FILES.config}`, new TextDecoder().decode(take(RUN_FILES.config)));
  const path = `${name}/${RUN_FILES.model}`;
  const model = take(RUN_FILES.model);
  const read = async (position: number, length: number) => model.slice(position, position + length);
  const tensors = await parseSafetensors(path, { size: model.length, read });
  const { iteration, ...weights } = modelOfTensors(path, tensors, weightsLayout(config.model));
  return { config, weights, iteration };
}

/** Configuration and weights, by name without folder. */
function unpack(name: string, bytes: Uint8Array): Map<string, Uint8Array<ArrayBuffer>> {
  const wanted: readonly string[] = [RUN_FILES.config, RUN_FILES.model];
  const isWanted = (file: { name: string; originalSize: number }) => {
    if (!wanted.includes(baseName(file.name))) return false;
    if (file.originalSize < MOST_BYTES) return true;
    throw new RunError(`${name} holds ${file.name} of ${file.originalSize} bytes: it can have 2 GiB at most`);
  };
  try {
    const files = unzipSync(bytes, { filter: isWanted });
    return new Map(Object.entries(files).map(([path, contents]) => [baseName(path), contents]));
  } catch (error) {
    if (error instanceof RunError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new RunError(`${name} is not a whole zip file (${reason}): give the zip file of a run`, {
      cause: error,
    });
  }
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
