import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import { sizeOf, type Tensor } from "../../graph/node.ts";
import { gaussianMixtureLogProb } from "../../nn/distributions/gaussian-mixture.ts";
import { supportOf } from "../../nn/distributions/likelihood.ts";
import { logSumExp, softplus } from "../../nn/distributions/stable.ts";
import { conditionWidth, isConditioned } from "../condition.ts";
import type { Posterior, PriorContext, PriorRule } from "../latent.ts";
import type { ModelParts } from "../parts.ts";

const settings = z.strictObject({
  type: z.literal("vamp"),
  /** Pseudo-inputs, K. */
  components: positiveInteger.default(500),
  /** Initial values: training examples, or random values in the likelihood's range. */
  begin: z.enum(["data", "random"], { error: "data or random" }).default("data"),
});

/** Initial distance of pseudo-inputs from the ends of a bounded range, where the gradient would be 0. */
const MARGIN = 0.01;

/**
 * The VampPrior 1/K·Σ q(z|uₖ) with learned pseudo-inputs u (Tomczak & Welling 2018, eq. 9), which are encoded once a
 * step, as in evaluation: without dropout. The parameters are unbounded and mapped to the data's range.
 */
export const vamp: PriorRule<z.output<typeof settings>> = {
  type: "vamp",
  title: "a mixture of posteriors of pseudo-inputs (VampPrior)",
  settings,
  factorises: false,
  density({ components }, context) {
    const { scope, model } = context;
    const values = sizeOf(model.inputShape);
    const raw = scope.parameter(
      "pseudo_inputs",
      [components, values],
      { distribution: "normal", standardDeviation: 1 },
      { decay: false },
    );
    const x = boundsOf(model).bound(raw);
    const posterior = context.posteriorOf({ x, ...pseudoConditions(context, components) });
    return {
      logProb: (point) => logProb(posterior, point),
      noise: [
        ...(posterior.noise
          ? [{ name: "noise", distribution: "normal" as const, shape: posterior.noise }]
          : []),
        { name: "component", distribution: "uniform", shape: [1] },
      ],
      sample: ({ noise, component }) => sample(posterior, context, noise, component!),
    };
  },
  begin({ components, begin }, { model, examples, rows }) {
    if (begin === "random") return {};
    if (components > examples)
      throw new ConfigError(
        `the prior vamp has ${components} components to begin at data but there are ${examples} training examples: give at most that, or begin=random`,
      );
    return { pseudo_inputs: rows(components).map(boundsOf(model).unbound) };
  },
};

/** Where the encoder gets a condition, pseudo-inputs have learned shares of the classes. */
function pseudoConditions({ scope, model }: PriorContext, components: number): { y?: Tensor } {
  if (!model.condition || !isConditioned(model, "encoder")) return {};
  const shape = [components, conditionWidth(model.condition)];
  const logits = scope.parameter(
    "pseudo_conditions",
    shape,
    { distribution: "normal", standardDeviation: 1 },
    { decay: false },
  );
  return { y: g.softmax(logits) };
}

function logProb(posterior: Posterior, point: Tensor): Tensor {
  const { mean, logVariance } = posterior;
  if (logVariance) return gaussianMixtureLogProb(point, { mean, logVariance });
  if (!posterior.logProb)
    throw new ConfigError(
      "the prior is vamp but the density of this posterior is known at its own draws only: use posterior normal, full-normal or maf",
    );
  const [components, latent] = mean.shape as [number, number];
  const points = g.reshape(point, [1, -1, latent]);
  const each = posterior.logProb(g.expand(points, [components, points.shape[1]!, latent]));
  return g.reshape(g.sub(logSumExp(each, 0), Math.log(components)), point.shape.slice(0, -1));
}

/** A draw from the posterior of a pseudo-input that is chosen at random. @param component uniform, [draws, 1] */
function sample(
  { mean, parameters }: Posterior,
  { posteriorWith }: PriorContext,
  noise: Tensor | undefined,
  component: Tensor,
): Tensor {
  const [components, latent] = mean.shape as [number, number];
  const [draws] = component.shape as [number];
  const index = g.reshape(g.cast(g.min(g.mul(component, components), components - 1), "int64"), [draws]);
  const chosen = Object.entries(parameters).map(([name, each]) => [name, g.gather(each, index)] as const);
  const single = noise && g.reshape(noise, [draws, 1, ...noise.shape.slice(1)]);
  const { z: point } = posteriorWith(Object.fromEntries(chosen)).draw(single, 1);
  return g.reshape(point, [draws, latent]);
}

/** Maps unbounded numbers to the data's range, and back. */
function boundsOf({ likelihood }: ModelParts): {
  bound(raw: Tensor): Tensor;
  unbound(value: number): number;
} {
  if (likelihood.type === "categorical" || likelihood.type === "mixed")
    throw new ConfigError(
      `the prior is vamp but likelihood ${likelihood.type} has classes, between which a pseudo-input cannot move: use prior mixture or flow`,
    );
  const { least, greatest } = supportOf(likelihood);
  if (Number.isFinite(least) && Number.isFinite(greatest)) {
    const width = greatest - least;
    return {
      bound: (raw) => g.add(g.mul(g.sigmoid(raw), width), least),
      unbound: (value) => {
        const share = Math.min(1 - MARGIN, Math.max(MARGIN, (value - least) / width));
        return Math.log(share / (1 - share));
      },
    };
  }
  if (!Number.isFinite(least)) return { bound: (raw) => raw, unbound: (value) => value };
  return {
    bound: (raw) => g.add(softplus(raw), least),
    unbound: (value) => {
      const above = Math.max(MARGIN, value - least);
      return above + Math.log(-Math.expm1(-above));
    },
  };
}
