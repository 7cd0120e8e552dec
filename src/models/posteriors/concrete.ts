import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { notNegative, positive, positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../../nn/scope.ts";
import type { PosteriorRule, PriorRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("concrete"),
  /** Classes of each variable: z is latent/classes variables, one after the other. */
  classes: positiveInteger.default(10),
  /** Temperature at first. */
  temperature: positive.default(1),
  /** Temperature at last. */
  least: positive.default(0.5),
  /** The temperature falls by exp(−anneal) at each step. */
  anneal: notNegative.default(1e-4),
  /** soft: relaxed draws in training; hard: one class, with the gradient of the relaxed draw (straight through). */
  draws: z.enum(["soft", "hard"], { error: "soft or hard" }).default("soft"),
});
type Settings = z.output<typeof settings>;

const uniformClasses: PriorRule = {
  type: "uniform-classes",
  settings: z.strictObject({ type: z.literal("uniform-classes") }),
  title: "uniform over the classes of every variable",
  factorises: false,
  density(_, { posterior, latent }) {
    const { classes } = posterior.settings as Settings;
    const variables = latent / classes;
    return {
      logProb: (point) => g.constant(-variables * Math.log(classes), point.shape.slice(0, -1)),
      noise: [{ name: "class", distribution: "uniform", shape: [variables] }],
      sample: (noise) => {
        const index = g.mul(g.reshape(noise.class!, [-1, variables, 1]), classes);
        const first = g.constant(Array.from({ length: classes }, (_, each) => each));
        const isOwn = g.and(g.greaterOrEqual(index, first), g.less(index, g.add(first, 1)));
        return g.reshape(g.cast(isOwn, "float32"), [noise.class!.shape[0]!, latent]);
      },
    };
  },
};

/**
 * Classes relaxed to the simplex: softmax((logits + Gumbel noise)/τ) (Jang et al. 2017; Maddison et al. 2017), with the KL
 * of the classes from equally likely ones. In evaluation draws are classes, so that bounds are those of the discrete model.
 */
export const concrete: PosteriorRule<Settings> = {
  type: "concrete",
  title: "independent classes with the probabilities mean, as indicators",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  isRelaxed: true,
  ownPrior: uniformClasses,
  parameters: {
    mean: "Probability of each class of each variable",
    logits: "Their natural logarithms",
  },
  units: ({ classes }, latent) => {
    if (classes < 2)
      throw new ConfigError(`classes is ${classes} for posterior concrete: it must be 2 or more`);
    if (latent % classes !== 0)
      throw new ConfigError(
        `latent is ${latent} and a variable of posterior concrete has ${classes} classes, which do not divide it: give latent ${Math.max(1, Math.round(latent / classes)) * classes}, or other classes`,
      );
    return latent;
  },
  split: ({ classes }, output) => {
    const logits = g.logSoftmax(g.reshape(output, [-1, classes]));
    return { mean: g.reshape(g.exp(logits), output.shape), logits: g.reshape(logits, output.shape) };
  },
  posterior: (chosen, parameters, { scope }) => {
    const { mean, logits } = parameters as Record<"mean" | "logits", Tensor>;
    const [batch, latent] = mean.shape as [number, number];
    const { classes } = chosen;
    const variables = latent / classes;
    const temperature = temperatureOf(scope, chosen);
    const kl = g.add(g.reduceSum(g.mul(mean, logits), [1], true), variables * Math.log(classes));
    return {
      mean,
      parameters,
      noise: [latent],
      draw: (noise, samples) => {
        const shape = [batch, samples, variables, classes];
        const scores = g.add(
          g.reshape(logits, [batch, 1, variables, classes]),
          gumbel(g.reshape(noise!, shape)),
        );
        const soft = g.softmax(g.div(scores, temperature), 3);
        const most = g.reduceMax(scores, [3], true);
        const hard = g.stopGradient(g.cast(g.greaterOrEqual(scores, most), "float32"));
        const straight = () => g.add(soft, g.stopGradient(g.sub(hard, soft)));
        const z = !scope.training ? hard : chosen.draws === "hard" ? straight() : soft;
        const own = g.mul(hard, g.reshape(logits, [batch, 1, variables, classes]));
        return {
          z: g.reshape(z, [batch, samples, latent]),
          logProb: g.reduceSum(own, [2, 3]),
          kl: g.expand(kl, [batch, samples]),
        };
      },
      ...(scope.training && { measures: { temperature } }),
    };
  },
};

/** −ln(−ln Φ(x)) of normal numbers x. */
function gumbel(normal: Tensor): Tensor {
  const uniform = g.mul(g.add(g.erf(g.mul(normal, Math.SQRT1_2)), 1), 0.5);
  const inside = g.min(g.max(uniform, 1e-7), 1 - 1e-7);
  return g.neg(g.log(g.neg(g.log(inside))));
}

/** A scalar: it falls with the steps that were done, which the model counts. */
function temperatureOf(scope: Scope, { temperature, least, anneal }: Settings): Tensor {
  const done = scope.state("steps", [1], 0);
  if (scope.training) scope.updateState("steps", g.stopGradient(g.add(done, 1)));
  const fallen = g.mul(g.exp(g.mul(done, -anneal)), temperature);
  return g.stopGradient(g.reshape(g.max(fallen, Math.min(least, temperature)), []));
}
