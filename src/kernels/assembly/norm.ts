/** Reductions over a buffer of float32. */

import { summedGradient } from "./gradient";
import { flushTiny, loadUpTo, storeUpTo } from "./lanes";

@inline
function addSquares(sum: v128, lanes: v128): v128 {
  const low = f64x2.promote_low_f32x4(lanes);
  const high = f64x2.promote_low_f32x4(v128.shuffle<i64>(lanes, lanes, 1, 1));
  return f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
}

/**
 * Σ g² of gradients, in float64; the order of the additions depends on the length alone.
 * @param toOthers as for `summedGradient`
 */
export function sumOfSquares(gradients: usize, toOthers: usize, length: usize): f64 {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  for (; length >= 8; length -= 8) {
    a = addSquares(a, summedGradient(gradients, toOthers, 4));
    b = addSquares(b, summedGradient(gradients + 16, toOthers, 4));
    gradients += 32;
  }
  while (length > 0) {
    const lanes = min<usize>(length, 4);
    a = addSquares(a, summedGradient(gradients, toOthers, lanes));
    gradients += 16;
    length -= lanes;
  }
  const sum = f64x2.add(a, b);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** Replaces tiny magnitudes by 0. */
export function flush(values: usize, length: usize): void {
  while (length > 0) {
    const lanes = min<usize>(length, 4);
    storeUpTo(values, lanes, flushTiny(loadUpTo(values, lanes)));
    values += 16;
    length -= lanes;
  }
}

/**
 * Index of the first NaN or infinity, or `length`. x − x is 0, without a bit set, for exactly the finite
 * numbers.
 */
export function firstNonFinite(values: usize, length: usize): usize {
  const start = values;
  const end = values + 4 * length;
  for (; values + 64 <= end; values += 64) {
    const a = v128.load(values);
    const b = v128.load(values, 16);
    const c = v128.load(values, 32);
    const d = v128.load(values, 48);
    const ab = v128.or(f32x4.sub(a, a), f32x4.sub(b, b));
    const cd = v128.or(f32x4.sub(c, c), f32x4.sub(d, d));
    if (v128.any_true(v128.or(ab, cd))) break;
  }
  for (; values < end; values += 4) {
    const x = load<f32>(values);
    if (x - x != 0) break;
  }
  return (values - start) >> 2;
}
