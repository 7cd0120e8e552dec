import { ConfigError } from "../common/errors.ts";
import { sameShape } from "../graph/node.ts";
import { layoutOf, type ParameterLayout, type ParameterSlice, sliceView } from "../nn/parameters.ts";
import { type ParameterSpec, type StateSpec, Trace } from "../nn/scope.ts";
import type { ModelConfig } from "./config.ts";
import { infer } from "./inference.ts";
import { observedInputs } from "./observed.ts";

/** The tensors a model has, and where they lie in its two flat buffers. */
export interface WeightsLayout {
  readonly parameterSpecs: readonly ParameterSpec[];
  readonly stateSpecs: readonly StateSpec[];
  readonly parameters: ParameterLayout;
  readonly states: ParameterLayout;
}

/** A model's weights, as a run directory stores them. */
export interface Weights {
  /** Names, shapes and places of the tensors in the two buffers. */
  readonly layout: WeightsLayout;
  /** Trained by gradients, flat. */
  readonly parameters: Float32Array;
  /** Running statistics of normalisation layers, flat; often empty. */
  readonly states: Float32Array;
}

export function weightsLayout(model: ModelConfig): WeightsLayout {
  const trace = new Trace({ training: false });
  infer(trace, model, observedInputs(model, 1));
  const parameterSpecs = [...trace.parameters.values()].map(({ spec }) => spec);
  const stateSpecs = [...trace.states.values()].map(({ spec }) => spec);
  return {
    parameterSpecs,
    stateSpecs,
    parameters: layoutOf(parameterSpecs),
    states: layoutOf(stateSpecs.map(({ name, shape }) => ({ name, shape, decay: false }))),
  };
}

/** Views of every tensor, by name: what a model that holds its weights is emitted with. */
export function weightsByName({ layout, parameters, states }: Weights): Record<string, Float32Array> {
  const views = (["parameters", "states"] as const).flatMap((kind) => {
    const flat = { parameters, states }[kind];
    return layout[kind].slices.map((slice) => [slice.name, sliceView(flat, slice)] as const);
  });
  return Object.fromEntries(views);
}

/** @throws {ConfigError} when weights are of another model: other tensors, other shapes or other lengths */
export function requireLayout({ layout, parameters, states }: Weights, wanted: WeightsLayout): void {
  for (const [kind, values] of [
    ["parameters", parameters],
    ["states", states],
  ] as const) {
    const { slices, length } = wanted[kind];
    const found = layout[kind].slices;
    const differs = slices.find(
      ({ name, shape }, i) => found[i]?.name !== name || !sameShape(found[i]!.shape, shape),
    );
    if (differs || found.length !== slices.length)
      throw new ConfigError(
        `the weights are of another model: this one has ${describe(differs ?? slices.at(-1))}`,
      );
    if (values.length !== length)
      throw new ConfigError(
        `the weights have ${values.length} ${kind} in their buffer: this model needs ${length}`,
      );
  }
}

function describe(slice: ParameterSlice | undefined): string {
  return slice ? `${slice.name} of shape [${slice.shape}]` : "none of that kind";
}
