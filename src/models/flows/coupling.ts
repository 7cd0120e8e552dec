import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { dense } from "../../nn/dense.ts";
import type { Scope } from "../../nn/scope.ts";
import type { Moved } from "./moved-normal.ts";

/** An invertible map between noise and latent points. */
interface Flow {
  forward(noise: Tensor): Moved;
  inverse(point: Tensor): Moved;
}

/** Greatest ln of the factor that one layer scales by. */
const MOST_LOG_SCALE = 2;

/**
 * Affine coupling layers (Dinh et al. 2017, eq. 7 and 8): each moves one half of the dimensions by functions of the
 * other, in turn. Both directions take one pass. At first it is the identity.
 * @param dimensions two or more
 */
export function couplingFlow(
  scope: Scope,
  { dimensions, steps, hidden }: { dimensions: number; steps: number; hidden: number },
): Flow {
  const first = Math.floor(dimensions / 2);
  const layers = Array.from({ length: steps }, (_, step) => {
    const [kept, moved] = step % 2 === 0 ? [first, dimensions - first] : [dimensions - first, first];
    const network = (given: Tensor) => {
      const inner = g.tanh(dense(scope.child(step).child("hidden"), given, hidden));
      const output = zeroDense(scope.child(step).child("output"), inner, 2 * moved);
      const [raw, shift] = g.split(output, 1, [moved, moved]) as [Tensor, Tensor];
      return { logScale: g.mul(g.tanh(raw), MOST_LOG_SCALE), shift };
    };
    /** Which half is first in a point alternates. */
    const halves = (point: Tensor) =>
      step % 2 === 0
        ? (g.split(point, 1, [kept, moved]) as [Tensor, Tensor])
        : (g.split(point, 1, [moved, kept]).reverse() as [Tensor, Tensor]);
    const joined = (still: Tensor, other: Tensor) =>
      g.concat(step % 2 === 0 ? [still, other] : [other, still], 1);
    return { network, halves, joined };
  });
  const through = (
    point: Tensor,
    order: typeof layers,
    move: (other: Tensor, logScale: Tensor, shift: Tensor) => Tensor,
  ): Moved => {
    let logDeterminant: Tensor = g.constant(0, [point.shape[0]!]);
    let moving = point;
    for (const { network, halves, joined } of order) {
      const [still, other] = halves(moving);
      const { logScale, shift } = network(still);
      moving = joined(still, move(other, logScale, shift));
      logDeterminant = g.add(logDeterminant, g.reduceSum(logScale, [1]));
    }
    return { point: moving, logDeterminant };
  };
  return {
    forward: (noise) =>
      through(noise, layers, (other, logScale, shift) => g.add(g.mul(other, g.exp(logScale)), shift)),
    inverse: (point) => {
      const moved = through(point, layers.toReversed(), (other, logScale, shift) =>
        g.mul(g.sub(other, shift), g.exp(g.neg(logScale))),
      );
      return { ...moved, logDeterminant: g.neg(moved.logDeterminant) };
    },
  };
}

/** A dense layer that begins as a constant. */
function zeroDense(scope: Scope, x: Tensor, units: number): Tensor {
  const zero = { distribution: "constant", value: 0 } as const;
  const weight = scope.parameter("weight", [x.shape[1]!, units], zero, { decay: false });
  const bias = scope.parameter("bias", [units], zero, { decay: false });
  return g.gemm(x, weight, bias);
}
