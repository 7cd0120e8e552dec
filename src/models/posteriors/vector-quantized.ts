import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { fraction, notNegative, positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { type Shape, sizeOf, type Tensor } from "../../graph/node.ts";
import { timesText } from "../../nn/layers/rule.ts";
import type { PosteriorRule, PriorRule } from "../latent.ts";
import { codebookOf, nearestCode, updateCodebook } from "./codebook.ts";

const settings = z.strictObject({
  type: z.literal("vector-quantized"),
  /** Vectors in the codebook, K. */
  codes: positiveInteger.default(512),
  /** Length of each: z is latent/dimensions codes, one after the other. */
  dimensions: positiveInteger.default(16),
  /** How the codebook learns: moving averages of what is encoded, or the gradient. */
  update: z.enum(["averages", "gradient"], { error: "averages or gradient" }).default("averages"),
  /** Weight of |encoded − code|² for the encoder (β of the paper). */
  commitment: notNegative.default(0.25),
  /** What the averages keep at each step. */
  decay: fraction.default(0.99),
  /** A code used less than this share of the mean use is replaced by an encoding of the batch; 0: none is. */
  revive: fraction.default(0.03),
});
type Settings = z.output<typeof settings>;

/** Every code is equally likely at every place. */
const uniformCodes: PriorRule = {
  type: "uniform-codes",
  settings: z.strictObject({ type: z.literal("uniform-codes") }),
  title: "uniform over the codes at every place",
  factorises: false,
  density(_, { posterior, latent }) {
    const chosen = posterior.settings as Settings;
    const places = latent / chosen.dimensions;
    return {
      logProb: (point) => g.constant(-places * Math.log(chosen.codes), point.shape.slice(0, -1)),
      noise: [{ name: "code", distribution: "uniform", shape: [places] }],
      sample: ({ code }) => {
        const index = g.cast(g.min(g.mul(code!, chosen.codes), chosen.codes - 1), "int64");
        const vectors = g.gather(codebookOf(posterior.context.scope, chosen), index);
        return g.reshape(vectors, [code!.shape[0]!, latent]);
      },
    };
  },
};

/**
 * VQ-VAE (van den Oord et al. 2017): z is a row of vectors, each replaced by the nearest of a codebook. The gradient of
 * the codes goes to the encoder as it is (straight through). With codes that are equally likely a priori the KL is
 * ln K for each, a constant.
 */
export const vectorQuantized: PosteriorRule<Settings> = {
  type: "vector-quantized",
  title: "certain: mean, vectors of the codebook, one for each place",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  isCertain: true,
  ownPrior: uniformCodes,
  parameters: {
    mean: "The vectors of the codes, one after the other: what the decoder takes as z",
    codes: "The index of the code at each place",
    encoded: "What the encoder gave, before the nearest codes were taken",
  },
  units: ({ dimensions }, latent) => {
    if (latent % dimensions !== 0)
      throw new ConfigError(
        `latent is ${latent} and a code of posterior vector-quantized has ${dimensions} dimensions, which do not divide it: give latent ${Math.max(1, Math.round(latent / dimensions)) * dimensions}, or other dimensions`,
      );
    return latent;
  },
  placesOf: ({ dimensions }, latent, encoded: Shape) => {
    if (encoded.length < 2) return undefined;
    const places = encoded.slice(0, -1);
    const needed = sizeOf(places) * dimensions;
    if (latent !== needed)
      throw new ConfigError(
        `latent is ${latent} but the encoder ends in ${timesText(places)} places, with a code of ${dimensions} dimensions at each: give latent ${needed}, or end the encoder in a dense layer`,
      );
    return { units: dimensions, features: dimensions };
  },
  split: (chosen, output, { scope }) => {
    const [batch, latent] = output.shape as [number, number];
    const codebook = codebookOf(scope, chosen);
    const vectors = g.reshape(output, [-1, chosen.dimensions]);
    const index = nearestCode(vectors, codebook);
    const nearest = g.stopGradient(g.reshape(g.gather(codebook, index), [batch, latent]));
    return {
      // The value of the code, the gradient of what was encoded.
      mean: scope.training ? g.add(output, g.stopGradient(g.sub(nearest, output))) : nearest,
      codes: g.reshape(g.cast(index, "float32"), [batch, latent / chosen.dimensions]),
      encoded: output,
    };
  },
  posterior: (chosen, parameters, { scope }) => {
    const { mean, codes, encoded } = parameters as Record<"mean" | "codes" | "encoded", Tensor>;
    const [batch, latent] = mean.shape as [number, number];
    return {
      mean,
      parameters,
      draw: (_noise, samples) => ({
        z: g.expand(g.reshape(mean, [batch, 1, latent]), [batch, samples, latent]),
        logProb: g.constant(0, [batch, samples]),
      }),
      ...(scope.training && trained(chosen, { codes, encoded }, scope)),
    };
  },
};

/** The losses of a training step, whose codebook is updated. */
function trained(
  chosen: Settings,
  { codes, encoded }: { codes: Tensor; encoded: Tensor },
  scope: Parameters<PosteriorRule["posterior"]>[2]["scope"],
) {
  const index = g.cast(g.reshape(codes, [-1]), "int64");
  const vectors = g.reshape(encoded, [-1, chosen.dimensions]);
  const own = g.gather(codebookOf(scope, chosen), index);
  const distance = (a: Tensor, b: Tensor) => {
    const difference = g.sub(a, b);
    return g.reduceSum(g.mul(difference, difference));
  };
  const commitment = g.mul(distance(vectors, g.stopGradient(own)), chosen.commitment);
  const codebook = chosen.update === "gradient" && distance(g.stopGradient(vectors), own);
  return {
    losses: { commitment, ...(codebook && { codebook }) },
    measures: { perplexity: updateCodebook(scope, chosen, vectors, index) },
  };
}
