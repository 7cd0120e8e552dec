import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import { layeredFlow } from "./layered-flow.ts";

/** Keeps α away from 0, and the root differentiable at a layer's centre. */
const LEAST = 1e-3;

/**
 * Radial layers z + β·(z − z₀)/(α + |z − z₀|) (Rezende & Mohamed 2015, eq. 14; β > −α keeps a layer invertible, appendix
 * A.2).
 */
export const radial = layeredFlow({
  type: "radial",
  title: "N(center, exp(base_log_variance)) through radial layers",
  numbers: "its centre, and two numbers of α and β before softplus",
  width: (latent) => latent + 2,
  move: (at, own) => {
    const latent = at.shape[1]!;
    const [centre, first, second] = g.split(own, 1, [latent, 1, 1]) as [Tensor, Tensor, Tensor];
    const alpha = g.add(softplus(first), LEAST);
    // β = softplus(b) − α > −α.
    const beta = g.sub(softplus(second), alpha);
    const deviation = g.sub(at, centre);
    const distance = g.sqrt(g.add(g.reduceSum(g.mul(deviation, deviation), [1], true), LEAST ** 2));
    const nearness = g.reciprocal(g.add(alpha, distance));
    const pull = g.mul(beta, nearness);
    const point = g.add(at, g.mul(pull, deviation));
    // Along the radius: d/dr of r·β/(α + √(r² + ε²)), times 1 across it.
    const squares = g.sub(g.mul(distance, distance), LEAST ** 2);
    const bend = g.div(g.mul(g.mul(pull, nearness), squares), distance);
    const along = g.log(g.sub(g.add(pull, 1), bend));
    const across = g.mul(g.log(g.add(pull, 1)), latent - 1);
    return { point, logDeterminant: g.add(along, across) };
  },
});
