import { arenaBytes } from "../kernels/arena.ts";
import { createKernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import type { Weights, WeightsLayout } from "../models/weights.ts";
import type { Initializer } from "../nn/initializers.ts";
import { sliceView } from "../nn/parameters.ts";

/** Draws a model's first weights: a function of the layout and the seed alone. */
export async function initialWeights(layout: WeightsLayout, seed: number): Promise<Weights> {
  const kernels = await createKernels({ bytes: arenaBytes({ float32: [layout.parameters.length] }) });
  const parameters = kernels.allocateFloat32(layout.parameters.length);
  const draw = (out: Float32Array, initializer: Initializer, index: number) => {
    const key = { seed, stream: STREAMS.initialization, step: index };
    switch (initializer.distribution) {
      case "constant":
        out.fill(initializer.value);
        break;
      case "normal":
        kernels.normal(out, key, { standardDeviation: initializer.standardDeviation });
        break;
      case "uniform":
        kernels.uniform(out, key, { minimum: -initializer.limit, maximum: initializer.limit });
    }
  };
  for (const [index, { name, initializer }] of layout.parameterSpecs.entries()) {
    const slice = layout.parameters.slices.find((each) => each.name === name)!;
    draw(sliceView(parameters, slice), initializer, index);
  }
  const states = new Float32Array(layout.states.length);
  for (const [index, slice] of layout.states.slices.entries())
    sliceView(states, slice).fill(layout.stateSpecs[index]!.initial);
  return { layout, parameters: parameters.slice(), states };
}
