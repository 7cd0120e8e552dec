/** Whether a training's ending is whole: model, encoder, decoder and prior of the weights that it ended with. */
import { readFile } from "node:fs/promises";
import { fromBinary } from "@bufbuild/protobuf";
import { RunError } from "../common/errors.ts";
import { hasStandardPrior } from "../models/standard-latents.ts";
import { weightsLayout } from "../models/weights.ts";
import { ModelProtoSchema } from "../onnx/generated/onnx_pb.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { Checksums } from "./checksums.ts";
import type { RunConfig } from "./config.ts";
import type { RunDirectory } from "./directory.ts";
import { RUN_FILES } from "./paths.ts";
import type { StoredModel } from "./stored-model.ts";

const EXPORTED = ["encoder", "decoder", "prior"] as const;

/** What is missing of an ending, or does not fit, in words; none where it is whole. */
export async function endingProblems(
  run: RunDirectory,
  config: RunConfig,
  checkpoint: Checkpoint,
  iterationsPerEpoch: number,
): Promise<string[]> {
  if (!(await run.has("model"))) return [`${RUN_FILES.model} is missing`];
  const model = await storedModel(run, config);
  if (typeof model === "string") return [model];
  const last = await lastWeights(run, config, checkpoint, iterationsPerEpoch);
  if (!last) return ["the last validation is missing"];
  if (model.iteration !== last.iteration)
    return [`${RUN_FILES.model} is of iteration ${model.iteration} instead of ${last.iteration}`];
  if (!sameValues(model.parameters, last.parameters) || !sameValues(model.states, last.states))
    return [`${RUN_FILES.model} is of another training`];
  return exportProblems(run, config, model.iteration);
}

/** What is missing of encoder, decoder and prior, or is not of an iteration, in words. */
export async function exportProblems(
  run: RunDirectory,
  { model }: RunConfig,
  iteration: number,
): Promise<string[]> {
  const wanted = EXPORTED.filter((name) => name !== "prior" || !hasStandardPrior(model));
  const checksums = await Checksums.read(run.path);
  const found = await Promise.all(
    wanted.map(async (name) => {
      const file = RUN_FILES[name];
      if (!(await run.has(name))) return `${file} is missing`;
      const contents = await readFile(run.file(name));
      if (checksums && checksums.verdict(file, contents) !== "whole") return `${file} is damaged`;
      const stored = iterationsIn(contents);
      if (stored === undefined) return `${file} is damaged`;
      return stored === iteration ? undefined : `${file} is of iteration ${stored} instead of ${iteration}`;
    }),
  );
  return found.filter((problem) => problem !== undefined);
}

/** @returns why it cannot be read, where it cannot */
async function storedModel(run: RunDirectory, { model }: RunConfig): Promise<StoredModel | string> {
  try {
    return await run.readModel(weightsLayout(model));
  } catch (error) {
    if (error instanceof RunError) return error.message;
    throw error;
  }
}

/** The weights that a training ends with: its best where patience kept them, otherwise its last. */
async function lastWeights(
  run: RunDirectory,
  { training }: RunConfig,
  { best, ...last }: Checkpoint,
  iterationsPerEpoch: number,
): Promise<Pick<Checkpoint, "iteration" | "parameters" | "states"> | undefined> {
  // The last checkpoint is written before this validation, which may still be the best.
  const isValidatedAfter = last.iteration % (training.validateEvery || iterationsPerEpoch) !== 0;
  const validation = (await run.readHistory()).findLast(({ type }) => type === "validation");
  if (isValidatedAfter && validation?.iteration !== last.iteration) return undefined;
  const lastIsBest = isValidatedAfter && validation?.type === "validation" && validation.best;
  if (training.patience === 0 || lastIsBest || !best?.parameters || !best.states) return last;
  return { iteration: best.iteration, parameters: best.parameters, states: best.states };
}

function sameValues(a: Float32Array, b: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength);
  return bytes(a).equals(bytes(b));
}

/** @returns undefined for what is not an ONNX file of vaekit */
function iterationsIn(contents: Uint8Array): number | undefined {
  try {
    const { metadataProps } = fromBinary(ModelProtoSchema, contents);
    const found = metadataProps.find(({ key }) => key === "iterations");
    return found && Number(found.value);
  } catch {
    return undefined;
  }
}
