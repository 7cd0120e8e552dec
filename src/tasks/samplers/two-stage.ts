import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { dataset } from "../../data/dataset.ts";
import { VAE } from "../../vae/vae.ts";
import { drawnCodes, standardized } from "./codes.ts";
import type { SamplerRule } from "./sampler.ts";

const settings = z.strictObject({
  type: z.literal("two-stage"),
  /** Units of each of the two hidden layers. */
  hidden: positiveInteger.default(256),
  iterations: positiveInteger.default(3000),
});

/** A second VAE of the codes, with as many latent dimensions and one trained variance (Dai & Wipf 2019, section 4). */
export const twoStage: SamplerRule<z.output<typeof settings>> = {
  type: "two-stage",
  title: "a second VAE of the codes",
  settings,
  refusal: () => undefined,
  async points({ hidden, iterations }, n, sampling) {
    const { run, seed, watch } = sampling;
    const { latent } = run.vae.model;
    const { rows, restored } = standardized(await drawnCodes(sampling), latent);
    const second = new VAE(
      [latent, hidden, hidden, latent],
      {
        likelihood: { type: "gaussian", sigma: "calibrated" },
        schedule: "cosine",
        batchSize: Math.min(128, rows.length / latent),
      },
      { runtime: await run.vae.engine() },
    );
    const codes = dataset(rows, { shape: [latent], name: "codes" });
    try {
      await watch("training the second stage", "iterations", ({ signal, onProgress }) =>
        second.train(codes, {
          maxIterations: iterations,
          seed: 0,
          ...(signal && { signal }),
          onEvent: (event) => {
            if (event.type === "iteration") onProgress?.(event.iteration, iterations);
          },
        }),
      );
      return restored(await second.sample(n, { seed, values: "draw", units: "model" }));
    } finally {
      await second.dispose();
    }
  },
};
