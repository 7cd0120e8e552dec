import { RunError } from "../common/errors.ts";
import { FileFacts, numberText } from "../files/file-facts.ts";
import type { TensorFile } from "../files/safetensors.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import { TensorCollection, tensorsOf } from "./flat-tensors.ts";

/** A trained model's weights, and how many iterations made them. */
export interface StoredModel extends Weights {
  readonly iteration: number;
}

const FORMAT = "vaekit model 1";

/** Parameters and states under their own names. */
export function tensorFileOf({ layout, parameters, states, iteration }: StoredModel): TensorFile {
  return {
    tensors: new Map([...tensorsOf(layout.parameters, parameters), ...tensorsOf(layout.states, states)]),
    metadata: new Map([
      ["format", FORMAT],
      ["iteration", numberText(iteration)],
    ]),
  };
}

/** @param path names the file in messages @throws {RunError} when the file is of another model or holds NaN */
export function modelOfTensors(path: string, file: TensorFile, layout: WeightsLayout): StoredModel {
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
