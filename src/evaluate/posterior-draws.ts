import type { Dataset } from "../data/dataset.ts";
import { inferLatent } from "../models/inference.ts";
import { encode } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import { writeObserved } from "./encoding.ts";
import type { WithPrior } from "./prior.ts";
import { type LongWork, RowFunction, type RowGraph } from "./row-function.ts";

/**
 * One draw z ~ q(z|x) of each example, for any posterior.
 * @param noise standard normal, [examples, …], as wide as a draw needs it
 * @returns [examples, latent], row-major
 */
export async function posteriorDraws(
  { model, engine, weights }: WithPrior,
  data: Dataset,
  noise: Float32Array,
  work: LongWork = {},
): Promise<Float64Array> {
  const { latent } = model;
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
        fillNoise: ({ out, width }, { first, rows }) =>
          out.set(noise.subarray(first * width, (first + rows) * width)),
      },
    );
  } finally {
    await compiled.dispose();
  }
  return drawn;
}
