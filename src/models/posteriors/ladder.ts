import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { forEachSample } from "../flows/moved-normal.ts";
import { type LadderSettings, ladderOf, linear, residual, resized } from "../ladder/blocks.ts";
import { topDown } from "../ladder/top-down.ts";
import type { PosteriorRule, PriorRule } from "../latent.ts";
import { boundedLogVariance, boundedMean } from "./bounds.ts";

const LIST = "the features of each layer from the data up, as in 32+16";

const settings = z.strictObject({
  type: z.literal("ladder"),
  /** Features of z in each layer, from the one next to the data to the top. */
  layers: z.preprocess(
    (given) => (typeof given === "string" ? given.split("+").map(Number) : given),
    z
      .array(z.int({ error: LIST }).min(1, { error: LIST }), { error: LIST })
      .min(2, { error: `${LIST}: two layers or more` })
      .readonly(),
  ),
  /** Units, or channels, of the paths up and down. */
  hidden: positiveInteger.default(64),
  /** Residual blocks of each layer on either path. */
  blocks: positiveInteger.default(1),
});

/** p(z₁ … z_L) = N(z_L; 0, I)·Π p(z_l|z_l+1 … z_L): every layer is normal given those above it. */
const topDownPrior: PriorRule = {
  type: "top-down",
  settings: z.strictObject({ type: z.literal("top-down") }),
  title: "N(0, I) at the top layer, and normal given the layers above it at the others",
  factorises: false,
  density(_, { posterior }) {
    const { context } = posterior;
    const chosen = posterior.settings as LadderSettings;
    return {
      logProb: (point) => {
        const { logPrior } = topDown(context, chosen, { z: point });
        return g.reshape(g.reduceSum(logPrior, [1]), point.shape.slice(0, -1));
      },
      noise: [{ name: "noise", distribution: "normal", shape: [context.latent] }],
      sample: ({ noise }) => topDown(context, chosen, { noise: noise! }).z,
    };
  },
};

/**
 * Layers of latents (ladder VAE: Sønderby et al. 2016): a path up from the encoder gives a normal distribution for each
 * layer, a path down the prior of each given the layers above, and q is the product of the two (eq. 12 to 16). Where the
 * encoder ends in places, each layer has half of the places of the one below along every axis, and the paths are
 * residual convolutions (as in NVAE: Vahdat & Kautz 2020, at a small size).
 */
export const ladder: PosteriorRule<LadderSettings> = {
  type: "ladder",
  title:
    "layer by layer from the top, the normalised product of N(center, exp(base_log_variance)) and the prior of the layer",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  ownPrior: topDownPrior,
  parameters: {
    mean: "z where every layer is at its mean, the layer next to the data first",
    center: "Mean that the path up gives each dimension",
    baseLogVariance: "Natural logarithm of the variance that the path up gives it",
  },
  units: ({ hidden }) => hidden,
  placesOf: (chosen, latent, encoded) => {
    requireSizes(chosen, latent, encoded);
    return encoded.length < 2 ? undefined : { units: chosen.hidden, features: chosen.hidden };
  },
  decoderInput: (chosen, latent, encoded) => {
    requireSizes(chosen, latent, encoded);
    return encoded.length < 2 ? [chosen.hidden] : [...encoded.slice(0, -1), chosen.hidden];
  },
  layerSizes: (chosen, encoded) => ladderOf(chosen, encoded).map(({ size }) => size),
  lift: (chosen, point, context) => topDown(context, chosen, { z: point }).features,
  split: (chosen, output, context) => {
    requireSizes(chosen, context.latent, context.encoded);
    const layers = ladderOf(chosen, context.encoded);
    const up = context.scope.child("up");
    const rows = output.shape[0]!;
    let at = g.reshape(output, [rows, ...layers[0]!.places, chosen.hidden]);
    const parts = layers.map(({ places, features, size }, index) => {
      const scope = up.child(index + 1);
      if (index > 0) at = resized(scope.child("down"), at, places);
      for (let block = 0; block < chosen.blocks; block++) at = residual(scope.child(block), at);
      const both = linear(scope.child("normal"), g.elu(at), 2 * features);
      const [mean, logVariance] = g.split(both, 3, [features, features]) as [Tensor, Tensor];
      return [mean, logVariance].map((each) => g.reshape(each, [rows, size])) as [Tensor, Tensor];
    });
    const center = boundedMean(
      g.concat(
        parts.map(([mean]) => mean),
        1,
      ),
    );
    const baseLogVariance = boundedLogVariance(
      g.concat(
        parts.map(([, variance]) => variance),
        1,
      ),
    );
    const mean = topDown(context, chosen, { center, baseLogVariance }).z;
    return { mean, center, baseLogVariance };
  },
  posterior: (chosen, parameters, context) => {
    const { mean, center, baseLogVariance } = parameters as Record<
      "mean" | "center" | "baseLogVariance",
      Tensor
    >;
    const [batch, latent] = center.shape as [number, number];
    return {
      mean,
      parameters,
      noise: [latent],
      draw: (noise, samples) => {
        const rows = g.reshape(noise!, [batch * samples, latent]);
        const each = (x: Tensor) => forEachSample(x, samples);
        const drawn = topDown(context, chosen, {
          center: each(center),
          baseLogVariance: each(baseLogVariance),
          noise: rows,
        });
        const bySample = (x: Tensor) => g.reshape(x, [batch, samples, -1]);
        return {
          z: bySample(drawn.z),
          noise: noise!,
          logProb: g.reduceSum(bySample(drawn.logPosterior!), [2]),
          klOfLayers: bySample(drawn.kl!),
        };
      },
    };
  },
};

/** @throws {ConfigError} where the layers and the dimensions of z do not fit */
function requireSizes(chosen: LadderSettings, latent: number, encoded: readonly number[]): void {
  const sizes = ladderOf(chosen, encoded).map(({ size }) => size);
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (all !== latent)
    throw new ConfigError(
      `latent is ${latent} but the layers of posterior ladder have ${sizes.join(" + ")} dimensions: give latent ${all}, or other layers`,
    );
}
