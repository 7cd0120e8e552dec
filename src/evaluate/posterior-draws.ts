import type { Dataset } from "../data/dataset.ts";
import { inferLatent } from "../models/inference.ts";
import { encode } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import { writeObserved } from "./encoding.ts";
import { EvaluationNoise } from "./noise.ts";
import type { WithPrior } from "./prior.ts";
import { type LongWork, RowFunction, type RowGraph } from "./row-function.ts";

/**
 * One draw z ~ q(z|x) of each example, for any posterior.
 * The noise of an example depends on the seed and its index alone.
 * @returns [examples, latent], row-major
 */
export async function posteriorDraws(
  { model, engine, weights }: WithPrior,
  data: Dataset,
  seed: number,
  work: LongWork = {},
): Promise<Float64Array> {
  const { latent } = model;
  const noise = await EvaluationNoise.create();
  const graph: RowGraph = {
    inputs: modelInputs(model),
    build: (trace, tensors) => {
      const observed = observedFrom(model, tensors);
      return { z: inferLatent(trace, model, encode(trace, model, observed), 1, observed.y).z };
    },
  };
  const drawn = new Float64Array(data.examples * latent);
  const compiled = await RowFunction.compile(await engine(), weights(), graph);
  try {
    await compiled.run(
      data.examples,
      (chunk) => writeObserved(data, chunk),
      ({ first, buffers }) => drawn.set(buffers.z!, first * latent),
      {
        ...work,
        fillNoise: ({ index, out, width }, { first }) =>
          noise.fill(out, { seed, stream: "evaluation", part: index }, first * width),
      },
    );
  } finally {
    await compiled.dispose();
  }
  return drawn;
}
