import * as z from "zod";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { gaussianMixtureLogProb } from "../../nn/distributions/gaussian-mixture.ts";
import { zeros } from "../../nn/initializers.ts";
import type { PriorRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("mixture"),
  /** Normal distributions in the mixture. */
  components: positiveInteger.default(10),
});

/** Σₖ πₖ·N(μₖ, σₖ²) with independent dimensions; weights, means and variances are trained with the networks. */
export const mixture: PriorRule<z.output<typeof settings>> = {
  type: "mixture",
  title: "a mixture of normal distributions",
  settings,
  factorises: false,
  density({ components }, { scope, latent }) {
    const mean = scope.parameter(
      "mean",
      [components, latent],
      { distribution: "normal", standardDeviation: 1 },
      { decay: false },
    );
    const logVariance = scope.parameter("log_variance", [components, latent], zeros, { decay: false });
    const logits = scope.parameter("logits", [components], zeros, { decay: false });
    const logWeights = g.logSoftmax(logits);
    return {
      logProb: (point) => gaussianMixtureLogProb(point, { mean, logVariance, logWeights }),
      noise: [
        { name: "noise", distribution: "normal", shape: [latent] },
        { name: "component", distribution: "uniform", shape: [components] },
      ],
      // The greatest of ln π − ln(−ln u) is component k with probability πₖ (Gumbel 1954).
      sample: ({ noise, component }) => {
        const scores = g.sub(logWeights, g.log(g.neg(g.log(component!))));
        const greatest = g.reduceMax(scores, [1], true);
        const chosen = g.cast(g.greaterOrEqual(scores, greatest), "float32");
        const deviation = g.exp(g.mul(g.gemm(chosen, logVariance), 0.5));
        return g.add(g.gemm(chosen, mean), g.mul(deviation, noise!));
      },
    };
  },
};
