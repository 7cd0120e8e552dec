import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import { take } from "../../data/dataset.ts";
import { posteriorDraws } from "../../evaluate/posterior-draws.ts";
import { hasPoints } from "../../models/posteriors.ts";
import { randomNumbers, sourceOf } from "./codes.ts";
import type { SamplerRule } from "./sampler.ts";

const settings = z.strictObject({
  type: z.literal("vamp"),
  /** Training examples whose posteriors are mixed. */
  components: positiveInteger.default(500),
});

/** The mixture of the posteriors of some training examples: the VampPrior (Tomczak & Welling 2018, eq. 9), not learned. */
export const vamp: SamplerRule<z.output<typeof settings>> = {
  type: "vamp",
  title: "a mixture of the posteriors of training examples",
  settings,
  refusal: (model) =>
    hasPoints(model)
      ? "codes are points, and samples would be reconstructions of training examples: use gmm or flow"
      : undefined,
  async points({ components }, n, { run, seed, watch, examples }) {
    const data = await examples(components);
    const { uniform } = await randomNumbers(seed);
    const chosen = Int32Array.from({ length: n }, () => Math.floor(uniform() * data.examples));
    return watch("encoding", "examples", async (work) =>
      Float32Array.from(await posteriorDraws(sourceOf(run.vae), take(data, chosen), seed, work)),
    );
  },
};
