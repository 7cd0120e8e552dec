import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { softplus } from "../../nn/distributions/stable.ts";
import { layeredFlow } from "./layered-flow.ts";

/** Keeps a layer with w = 0 finite, and one whose slope is that of a fold to single precision. */
const SMALLEST = 1e-6;

/**
 * Planar layers z + û·tanh(wᵀz + b) (Rezende & Mohamed 2015, eq. 10 and 23; û keeps a layer invertible, appendix A.1).
 */
export const planar = layeredFlow({
  type: "planar",
  title: "N(center, exp(log_variance)) through planar layers",
  numbers: "u, w and b",
  width: (latent) => 2 * latent + 1,
  move: (at, own) => {
    const latent = at.shape[1]!;
    const [u, w, b] = g.split(own, 1, [latent, latent, 1]) as [Tensor, Tensor, Tensor];
    const product = g.reduceSum(g.mul(w, u), [1], true);
    const squared = g.add(g.reduceSum(g.mul(w, w), [1], true), SMALLEST);
    // wᵀû = softplus(wᵀu) − 1 > −1.
    const along = g.sub(g.sub(softplus(product), 1), product);
    const direction = g.add(u, g.mul(w, g.div(along, squared)));
    const height = g.tanh(g.add(g.reduceSum(g.mul(w, at), [1], true), b));
    const point = g.add(at, g.mul(direction, height));
    const slope = g.mul(g.sub(1, g.mul(height, height)), g.reduceSum(g.mul(w, direction), [1], true));
    return { point, logDeterminant: g.log(g.max(g.add(slope, 1), SMALLEST)) };
  },
});
