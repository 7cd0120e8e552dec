import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { logSumExp } from "./stable.ts";

const LOG_2_PI = Math.log(2 * Math.PI);

/**
 * ln Σₖ πₖ·N(z; μₖ, σₖ²) with independent dimensions, in nats. The squared distances to all components are one matrix
 * product, of points relative to the components' mean: the error in single precision is about 1e-7·|μ|²/σ².
 * @param z [...rows, dimensions]
 * @param mean μ, [components, dimensions]
 * @param logVariance ln σ², [components, dimensions]
 * @param logWeights ln π, [components]; absent: equal
 * @returns [...rows]
 */
export function gaussianMixtureLogProb(
  z: Tensor,
  { mean, logVariance, logWeights }: { mean: Tensor; logVariance: Tensor; logWeights?: Tensor },
): Tensor {
  const [components, dimensions] = mean.shape as [number, number];
  const rows = z.shape.slice(0, -1);
  const centre = g.stopGradient(g.reduceMean(mean, [0], true));
  const point = g.sub(g.reshape(z, [-1, dimensions]), centre);
  const place = g.sub(mean, centre);
  const precision = g.exp(g.neg(logVariance));
  const scaled = g.mul(place, precision);
  // Σ (z − μ)²/σ² = z²·(1/σ²) − 2·z·(μ/σ²) + Σ μ²/σ²
  const squares = g.gemm(
    g.concat([g.mul(point, point), point], 1),
    g.concat([precision, g.mul(scaled, -2)], 1),
    undefined,
    { transB: true },
  );
  const own = g.reduceSum(g.add(g.mul(place, scaled), logVariance), [1]);
  const density = g.mul(g.add(squares, g.add(own, LOG_2_PI * dimensions)), -0.5);
  const weighted = logWeights ? g.add(density, logWeights) : g.sub(density, Math.log(components));
  return g.reshape(logSumExp(weighted, 1), rows);
}
