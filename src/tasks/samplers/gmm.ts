import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { drawFromMixture, fitGaussianMixture } from "../../numerics/gaussian-mixture.ts";
import { MOST_CODES, randomNumbers } from "./codes.ts";
import type { SamplerRule } from "./sampler.ts";

const settings = z.strictObject({
  type: z.literal("gmm"),
  /** Normal distributions in the mixture. */
  components: positiveInteger.default(10),
});

/** A Gaussian mixture with whole covariances, fitted to posterior means (Ghosh et al. 2020, section 4). */
export const gmm: SamplerRule<z.output<typeof settings>> = {
  type: "gmm",
  title: "a Gaussian mixture of the codes",
  settings,
  refusal: () => undefined,
  async points({ components }, n, { run, seed, watch, examples }) {
    const { vae } = run;
    const data = await examples(MOST_CODES);
    const { mean } = await watch("encoding", "examples", (work) => vae.encode(data, work));
    const random = await randomNumbers(seed);
    const mixture = fitGaussianMixture(mean, vae.model.latent, components, random.uniform);
    return Float32Array.from(drawFromMixture(mixture, n, random));
  },
};
