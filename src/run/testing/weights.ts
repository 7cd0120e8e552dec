import { type WeightsLayout, weightsLayout } from "../../models/weights.ts";
import type { ParameterLayout } from "../../nn/parameters.ts";
import type { Checkpoint } from "../../train/checkpoint.ts";
import type { StoredModel } from "../stored-model.ts";
import { exampleConfig } from "./config.ts";

export const exampleLayout: WeightsLayout = weightsLayout(exampleConfig.model);

/** A flat buffer of values that all differ, and 0 in its gaps. */
export function filled(layout: ParameterLayout, first: number): Float32Array {
  const flat = new Float32Array(layout.length);
  for (const { offset, length } of layout.slices)
    for (let index = offset; index < offset + length; index++) flat[index] = Math.sin(first + index);
  return flat;
}

export function exampleModel(iteration = 300): StoredModel {
  const { parameters, states } = exampleLayout;
  // Running variances must be positive.
  return {
    layout: exampleLayout,
    parameters: filled(parameters, iteration),
    states: filled(states, 1).map(Math.abs),
    iteration,
  };
}

export function exampleCheckpoint(iteration: number): Checkpoint {
  const { parameters, states } = exampleLayout;
  return {
    iteration,
    parameters: filled(parameters, iteration),
    moments: [filled(parameters, iteration + 0.25), filled(parameters, iteration + 0.5)],
    states: filled(states, iteration),
    running: { reconstruction: -1234.1 / 3, kl: 0.1 + 0.2, iterations: 17 },
  };
}
