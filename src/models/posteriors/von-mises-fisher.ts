import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { ceiled, logSumExp, softplus } from "../../nn/distributions/stable.ts";
import type { PosteriorRule, PriorRule } from "../latent.ts";

const settings = z.strictObject({
  type: z.literal("von-mises-fisher"),
  /** Proposals of which a draw is the first that is accepted. */
  proposals: positiveInteger.default(16),
});

/** ln of the area of the sphere in `latent` dimensions: 2·π^(d/2)/Γ(d/2). */
function logArea(latent: number): number {
  let logGamma = latent % 2 === 0 ? 0 : 0.5 * Math.log(Math.PI);
  for (let half = latent / 2 - 1; half > 0; half--) logGamma += Math.log(half);
  return Math.LN2 + (latent / 2) * Math.log(Math.PI) - logGamma;
}

const uniformSphere: PriorRule = {
  type: "uniform-sphere",
  settings: z.strictObject({ type: z.literal("uniform-sphere") }),
  title: "uniform on the unit sphere",
  factorises: false,
  density: (_, { latent }) => ({
    logProb: (point) => g.constant(-logArea(latent), point.shape.slice(0, -1)),
    noise: [{ name: "noise", distribution: "normal", shape: [latent] }],
    sample: ({ noise }) => unit(noise!),
  }),
};

/**
 * Von Mises–Fisher on the unit sphere, density ∝ exp(κ·μᵀz), with the uniform prior (Davidson et al. 2018). Draws are by
 * rejection (Wood 1994), with the proposals as noise; their gradient is that of the accepted proposal, without the
 * small correction for acceptance. The normaliser, a Bessel function, is a sum over fixed points in log space.
 */
export const vonMisesFisher: PosteriorRule<z.output<typeof settings>> = {
  type: "von-mises-fisher",
  title: "von Mises–Fisher on the unit sphere, around mean with the given concentration",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  ownPrior: uniformSphere,
  parameters: {
    mean: "Direction of the mean of q(z|x): a unit vector",
    concentration: "How concentrated q(z|x) is around it, κ",
  },
  units: (_, latent) => {
    if (latent < 2)
      throw new ConfigError(
        "posterior is von-mises-fisher but z has one dimension, whose sphere is two points: use more dimensions",
      );
    return latent + 1;
  },
  split: (_, output, { latent }) => {
    const [direction, raw] = g.split(output, 1, [latent, 1]) as [Tensor, Tensor];
    const most = MOST * latent;
    return { mean: unit(direction), concentration: ceiled(g.add(softplus(raw), 1), most, most) };
  },
  posterior: ({ proposals }, parameters) => {
    const { mean, concentration } = parameters as Record<"mean" | "concentration", Tensor>;
    const [batch, latent] = mean.shape as [number, number];
    const quadrature = nodesFor(latent);
    const { logNormaliser, cosine } = normaliser(concentration, quadrature);
    const constant = logNormaliserAtZero(quadrature) - logArea(latent);
    /** @param along μᵀz, [batch, samples] */
    const logProb = (along: Tensor) => g.add(g.sub(g.mul(concentration, along), logNormaliser), constant);
    const kl = g.add(g.sub(g.mul(concentration, cosine), logNormaliser), logNormaliserAtZero(quadrature));
    const directions = g.reshape(mean, [batch, 1, latent]);
    return {
      mean,
      parameters,
      noise: [proposals * (latent + 1) + latent],
      draw: (noise, samples) => {
        const [proposed, tangent] = g.split(noise!, 2, [proposals * (latent + 1), latent]) as [
          Tensor,
          Tensor,
        ];
        const along = accepted(
          g.reshape(proposed, [batch, samples, proposals, latent + 1]),
          concentration,
          latent,
        );
        const height = g.reshape(along, [batch, samples, 1]);
        const inPlane = g.sub(tangent, g.mul(directions, g.reduceSum(g.mul(tangent, directions), [2], true)));
        const radius = g.sqrt(g.max(g.sub(1, g.mul(height, height)), SMALLEST));
        return {
          z: g.add(g.mul(height, directions), g.mul(radius, unit(inPlane))),
          noise: noise!,
          logProb: logProb(along),
          kl: g.expand(kl, [batch, samples]),
        };
      },
      logProb: (point) => logProb(g.reduceSum(g.mul(point, directions), [2])),
    };
  },
};

/** Most concentration for each dimension. */
const MOST = 1000;
const SMALLEST = 1e-12;

function unit(x: Tensor): Tensor {
  const axis = x.shape.length - 1;
  return g.div(x, g.sqrt(g.add(g.reduceSum(g.mul(x, x), [axis], true), SMALLEST)));
}

/**
 * μᵀz of each draw (Wood 1994, algorithm VM*): of a uniform point on the sphere, (1 + its first coordinate)/2 has the beta
 * distribution of the proposals.
 * @param noise normal, [batch, samples, proposals, latent + 1]
 * @param concentration [batch, 1]
 * @returns [batch, samples]
 */
function accepted(noise: Tensor, concentration: Tensor, latent: number): Tensor {
  const [batch, samples, proposals] = noise.shape as [number, number, number];
  const [vector, last] = g.split(noise, 3, [latent, 1]) as [Tensor, Tensor];
  const shape = [batch, samples, proposals];
  const first = g.reshape(g.slice(unit(vector), 3, 0, 1), shape);
  const beta = g.mul(g.add(first, 1), 0.5);
  const kappa = g.reshape(concentration, [batch, 1, 1]);
  const m = latent - 1;
  // b = m/(2κ + √(4κ² + m²)), without cancellation.
  const root = g.sqrt(g.add(g.mul(g.mul(kappa, kappa), 4), m * m));
  const b = g.div(m, g.add(root, g.mul(kappa, 2)));
  const centre = g.div(g.sub(1, b), g.add(1, b));
  const heights = g.div(g.sub(1, g.mul(g.add(1, b), beta)), g.sub(1, g.mul(g.sub(1, b), beta)));
  const most = g.add(g.mul(kappa, centre), g.mul(g.log(g.sub(1, g.mul(centre, centre))), m));
  const score = g.sub(g.add(g.mul(kappa, heights), g.mul(g.log(g.sub(1, g.mul(centre, heights))), m)), most);
  // Φ of a normal number is uniform.
  const uniform = g.mul(g.add(g.erf(g.mul(g.reshape(last, shape), Math.SQRT1_2)), 1), 0.5);
  const isAccepted = g.greaterOrEqual(score, g.log(g.max(uniform, 1e-30)));
  const order = g.constant(Array.from({ length: proposals }, (_, place) => proposals - place));
  const rank = g.add(g.where(isAccepted, order, 0), g.mul(order, 1e-3));
  const isChosen = g.greaterOrEqual(rank, g.reduceMax(rank, [2], true));
  const chosen = g.stopGradient(g.cast(isChosen, "float32"));
  return g.reduceSum(g.mul(chosen, heights), [2]);
}

/** Points and logarithms of weights of an integral over the cosine t from −1 to 1 of f(t)·(1 − t²)^((d − 3)/2). */
interface Quadrature {
  /** t − 1, which is exact near t = 1. */
  readonly below: readonly number[];
  readonly logWeights: readonly number[];
}

const QUADRATURE_POINTS = 160;
const REACH = 4;

/** Double exponential quadrature (Takahasi & Mori 1974), whose points crowd at both ends. */
function nodesFor(latent: number): Quadrature {
  const step = (2 * REACH) / (QUADRATURE_POINTS - 1);
  const places = Array.from({ length: QUADRATURE_POINTS }, (_, at) => -REACH + at * step);
  const exponent = (latent - 3) / 2;
  const nodes = places.map((s) => {
    const u = (Math.PI / 2) * Math.sinh(s);
    // 1 − t = 2/(1 + e^2u), 1 + t = 2/(1 + e^−2u), t = tanh u.
    const [logLess, logMore] = [Math.LN2 - softplusOf(2 * u), Math.LN2 - softplusOf(-2 * u)];
    const logSlope = Math.log((Math.PI / 2) * Math.cosh(s)) + logLess + logMore;
    return {
      below: -Math.exp(logLess),
      logWeight: Math.log(step) + logSlope + exponent * (logLess + logMore),
    };
  });
  return { below: nodes.map(({ below }) => below), logWeights: nodes.map(({ logWeight }) => logWeight) };
}

function softplusOf(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
}

/** ln of the integral of exp(κ·t), and its derivative, the mean of t under q. @param kappa [batch, 1] */
function normaliser(
  kappa: Tensor,
  { below, logWeights }: Quadrature,
): { logNormaliser: Tensor; cosine: Tensor } {
  const batch = kappa.shape[0]!;
  const logs = g.add(g.mul(kappa, g.constant(below)), g.constant(logWeights));
  const share = g.softmax(logs, 1);
  const offset = g.reduceSum(g.mul(share, g.constant(below)), [1], true);
  return {
    logNormaliser: g.add(g.reshape(logSumExp(logs, 1), [batch, 1]), kappa),
    cosine: g.add(offset, 1),
  };
}

function logNormaliserAtZero({ logWeights }: Quadrature): number {
  const most = Math.max(...logWeights);
  return most + Math.log(logWeights.reduce((sum, each) => sum + Math.exp(each - most), 0));
}
