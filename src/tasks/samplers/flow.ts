import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { RowFunction } from "../../evaluate/row-function.ts";
import { add } from "../../graph/build.ts";
import { couplingFlow } from "../../models/flows/coupling.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import { FITTED_SCOPE, fitRows, type RowDensity } from "../../train/fit-rows.ts";
import { drawnCodes, randomNumbers, standardized } from "./codes.ts";
import type { SamplerRule } from "./sampler.ts";

const settings = z.strictObject({
  type: z.literal("flow"),
  /** Coupling layers. */
  steps: positiveInteger.default(6),
  /** Hidden units of the network of each. */
  hidden: positiveInteger.default(128),
  iterations: positiveInteger.default(3000),
});

/** A real NVP (Dinh et al. 2017), fitted to codes. */
export const flow: SamplerRule<z.output<typeof settings>> = {
  type: "flow",
  title: "a normalising flow of the codes",
  settings,
  refusal: ({ latent }) =>
    latent < 2 ? "z has one dimension, and coupling layers need two: use gmm" : undefined,
  async points({ steps, hidden, iterations }, n, sampling) {
    const { run, seed, watch } = sampling;
    const { latent } = run.vae.model;
    const { rows, restored } = standardized(await drawnCodes(sampling), latent);
    const shape = { dimensions: latent, steps, hidden };
    const density: RowDensity = {
      width: latent,
      logProb: (scope, points) => {
        const { point, logDeterminant } = couplingFlow(scope, shape).inverse(points);
        return add(standardNormalLogProb(point), logDeterminant);
      },
    };
    const runtime = await run.vae.engine();
    const weights = await watch("fitting the flow", "iterations", (work) =>
      fitRows(runtime, density, rows, { iterations, seed: 0, ...work }),
    );
    const { normal } = await randomNumbers(seed);
    const noise = Float32Array.from({ length: n * latent }, normal);
    const forward = await RowFunction.compile(runtime, weights, {
      inputs: { noise: [latent] },
      build: (trace, tensors) => ({
        z: couplingFlow(trace.scope(FITTED_SCOPE), shape).forward(tensors.noise!).point,
      }),
    });
    const points = new Float32Array(n * latent);
    try {
      await forward.run(
        n,
        ({ first, rows: count, buffers }) =>
          buffers.noise!.set(noise.subarray(first * latent, (first + count) * latent)),
        ({ first, buffers }) => points.set(buffers.z!, first * latent),
      );
    } finally {
      await forward.dispose();
    }
    return restored(points);
  },
};
