import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";

/** ln(1 + eˣ) of each element: ½(x + |x|) − ln σ(|x|), finite for any x, and with half the slope at 0 exactly. */
export function softplus(x: Tensor): Tensor {
  const size = g.abs(x);
  return g.sub(g.mul(g.add(x, size), 0.5), g.log(g.sigmoid(size)));
}

/** Below this, the omitted terms of ln(1 + y) are below single precision. */
const SERIES_BELOW = 1e-2;

/** ln(1 + y) for y ≥ 0, to full precision where y is tiny. */
export function log1p(y: Tensor): Tensor {
  const small = g.less(y, SERIES_BELOW);
  const inner = g.where(small, y, 0);
  const series = g.mul(
    inner,
    g.add(1, g.mul(inner, g.add(-1 / 2, g.mul(inner, g.sub(1 / 3, g.mul(inner, 1 / 4)))))),
  );
  return g.where(small, series, g.log(g.add(1, y)));
}

/** eʸ − 1 for y ≥ 0, to full precision where y is tiny, by eʸ − 1 = 2t/(1 − t) with t = tanh(y/2). */
export function expm1(y: Tensor): Tensor {
  const small = g.less(y, 1);
  const t = g.tanh(g.mul(g.where(small, y, 0), 0.5));
  return g.where(small, g.div(g.mul(t, 2), g.sub(1, t)), g.sub(g.exp(y), 1));
}

/** c₀ + c₁x + c₂x² + …, by Horner's rule. */
export function polynomial(x: Tensor, coefficients: readonly number[]): Tensor {
  const [last, ...rest] = coefficients.toReversed();
  return rest.reduce<Tensor>((sum, each) => g.add(g.mul(sum, x), each), g.constant(last!, x.shape));
}

/** ln Σ eˣ over one axis, which disappears. */
export function logSumExp(x: Tensor, axis: number): Tensor {
  const largest = g.stopGradient(g.reduceMax(x, [axis], true));
  const sum = g.reduceSum(g.exp(g.sub(x, largest)), [axis]);
  return g.add(g.log(sum), g.reshape(largest, sum.shape));
}

/** A raw output as a logarithm that does not fall below `floor` (Rybkin et al. 2021, appendix: "softclip"). */
export function floored(raw: Tensor, floor: number): Tensor {
  return g.add(softplus(g.sub(raw, floor)), floor);
}

/**
 * x where |x| ≤ knee, to the bit, with a gradient of exactly 1; beyond, ±knee·(1 + ln(|x|/knee)), which continues value
 * and slope and grows like a logarithm.
 */
export function compress(x: Tensor, knee: number): Tensor {
  const inside = g.max(g.min(x, knee), -knee);
  return g.mul(inside, g.add(g.log(g.max(g.mul(g.abs(x), 1 / knee), 1)), 1));
}

/** x up to `most`, to the bit; beyond, most + e/(1 + e/room) with e = x − most, which stays below most + room. */
export function ceiled(x: Tensor, most: number, room: number): Tensor {
  const excess = g.relu(g.sub(x, most));
  return g.add(g.min(x, most), g.div(excess, g.add(g.mul(excess, 1 / room), 1)));
}

/** Below this the logarithm of a deviation is not needed, and would not be finite at 0. */
const SMALLEST_DEVIATION = 1e-30;

/**
 * A deviation in two parts that stay finite in single precision however far a value lies: the deviation held within
 * ±`far` scales, the same to the bit inside, and ln(|deviation|/(far·scale)) beyond, 0 inside.
 * @param logScale ln of the scale, broadcast against the deviation
 */
export function heldDeviation(
  deviation: Tensor,
  logScale: Tensor,
  far: number,
): { held: Tensor; excess: Tensor } {
  const limit = g.mul(g.exp(logScale), far);
  const held = g.max(g.min(deviation, limit), g.neg(limit));
  const size = g.log(g.max(g.abs(deviation), SMALLEST_DEVIATION));
  return { held, excess: g.relu(g.sub(g.sub(size, logScale), Math.log(far))) };
}
