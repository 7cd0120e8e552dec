import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import type { Posterior } from "../latent.ts";

/** Points that a flow has moved. */
export interface Moved {
  /** [rows, dimensions] */
  readonly point: Tensor;
  /** ln |det| of the flow's Jacobian, [rows] */
  readonly logDeterminant: Tensor;
}

/** Parameters of a normal distribution that a flow moves, each [batch, …]; further ones are the flow's. */
export interface MovedNormalParameters extends Readonly<Record<string, Tensor>> {
  /** Where the flow moves the center. */
  readonly mean: Tensor;
  readonly center: Tensor;
  /** ln σ² of the base. */
  readonly baseLogVariance: Tensor;
}

/** Repeats a parameter for each sample of its example: [batch, width] becomes [batch·samples, width]. */
type ForRows = (parameter: Tensor) => Tensor;

/**
 * N(center, exp(baseLogVariance)) moved by an invertible map.
 * @param move from points of the base, [rows, latent], to z
 * @param undo the inverse map; without it the density is known at draws only
 */
export function movedNormal(
  parameters: MovedNormalParameters,
  move: (begin: Tensor, each: ForRows) => Moved,
  undo?: (end: Tensor, each: ForRows) => Moved,
): Posterior {
  const { mean, center, baseLogVariance } = parameters;
  const [batch, latent] = center.shape as [number, number];
  const forRows = (samples: number) => (x: Tensor) => forEachSample(x, samples);
  const logProb = (noise: Tensor, logVariance: Tensor, logDeterminant: Tensor, samples: number) => {
    const base = g.sub(standardNormalLogProb(noise), g.mul(g.reduceSum(logVariance, [1]), 0.5));
    return g.reshape(g.sub(base, logDeterminant), [batch, samples]);
  };
  return {
    mean,
    parameters,
    noise: [latent],
    draw: (noise, samples) => {
      const each = forRows(samples);
      const rows = asRows(noise!);
      const logVariance = each(baseLogVariance);
      const begin = g.add(each(center), g.mul(g.exp(g.mul(logVariance, 0.5)), rows));
      const { point, logDeterminant } = move(begin, each);
      return {
        z: g.reshape(point, [batch, samples, latent]),
        noise: noise!,
        logProb: logProb(rows, logVariance, logDeterminant, samples),
      };
    },
    ...(undo && {
      logProb: (z: Tensor) => {
        const samples = z.shape[1]!;
        const each = forRows(samples);
        const begin = undo(asRows(z), each);
        const logVariance = each(baseLogVariance);
        const noise = g.mul(g.sub(begin.point, each(center)), g.exp(g.mul(logVariance, -0.5)));
        return logProb(noise, logVariance, begin.logDeterminant, samples);
      },
    }),
  };
}

/** @param x [batch, width] @returns [batch·samples, width] */
export function forEachSample(x: Tensor, samples: number): Tensor {
  const [batch, width] = x.shape as [number, number];
  if (samples === 1) return x;
  return g.reshape(g.expand(g.reshape(x, [batch, 1, width]), [batch, samples, width]), [-1, width]);
}

/** [batch, samples, width] as rows, [batch·samples, width]. */
function asRows(x: Tensor): Tensor {
  return g.reshape(x, [x.shape[0]! * x.shape[1]!, x.shape[2]!]);
}
