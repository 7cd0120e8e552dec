import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import { couplingFlow } from "../flows/coupling.ts";
import type { PriorRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("flow"),
  /** Coupling layers. */
  steps: positiveInteger.default(4),
  /** Hidden units of the network of each. */
  hidden: positiveInteger.default(64),
});

/** Standard normal noise through trained coupling layers (real NVP: Dinh et al. 2017). It begins as N(0, I). */
export const flow: PriorRule<z.output<typeof settings>> = {
  type: "flow",
  title: "a normalising flow of coupling layers",
  settings,
  factorises: false,
  density({ steps, hidden }, { scope, latent }) {
    if (latent < 2)
      throw new ConfigError(
        "the prior is flow but z has one dimension, and coupling layers need two: use prior mixture, or more dimensions",
      );
    const map = couplingFlow(scope, { dimensions: latent, steps, hidden });
    // Made here, in this order, whichever direction is used first.
    map.forward(g.constant(0, [1, latent]));
    return {
      logProb: (point) => {
        const { point: noise, logDeterminant } = map.inverse(g.reshape(point, [-1, latent]));
        const density = g.add(standardNormalLogProb(noise), logDeterminant);
        return g.reshape(density, point.shape.slice(0, -1));
      },
      noise: [{ name: "noise", distribution: "normal", shape: [latent] }],
      sample: ({ noise }) => map.forward(noise!).point,
    };
  },
};
