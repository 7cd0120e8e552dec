import { RunError } from "../common/errors.ts";
import { FileFacts, numberText } from "../files/file-facts.ts";
import { writeSafetensors } from "../files/safetensors.ts";
import { readSafetensors } from "../files/safetensors-reader.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import { TensorCollection, tensorsOf } from "./flat-tensors.ts";

/** A trained model's weights, and how many iterations made them. */
export interface StoredModel extends Weights {
  readonly iteration: number;
}

const FORMAT = "vaekit model 1";

/** Stores parameters and states under their own names. @throws {RunError} when the file cannot be written */
export async function writeModel(
  path: string,
  { layout, parameters, states, iteration }: StoredModel,
): Promise<void> {
  await writeSafetensors(path, {
    tensors: new Map([...tensorsOf(layout.parameters, parameters), ...tensorsOf(layout.states, states)]),
    metadata: new Map([
      ["format", FORMAT],
      ["iteration", numberText(iteration)],
    ]),
  });
}

/** @throws {RunError} when the file is missing, damaged, or of a model with another layout */
export async function readModel(path: string, layout: WeightsLayout): Promise<StoredModel> {
  const file = await readSafetensors(path);
  const facts = new FileFacts(path, file.metadata);
  facts.expect("format", FORMAT);
  for (const [name, { data }] of file.tensors)
    if (!data.every((value) => Number.isFinite(Number(value))))
      throw new RunError(`${path} is damaged: tensor ${name} holds values that are not finite`);
  const tensors = new TensorCollection(path, file.tensors);
  const parameters = tensors.take(layout.parameters);
  const states = tensors.take(layout.states);
  tensors.assertEmpty();
  return { layout, parameters, states, iteration: facts.wholeNumber("iteration") };
}
