/** Preprocessing of gradients, common to all optimizers. */

import { loadUpTo } from "./lanes";

/**
 * Gradients that were computed in two parts, added up.
 * @param toOthers offset in bytes from each gradient to the other part's; 0: there is no other part
 */
@inline
export function summedGradient(gradients: usize, toOthers: usize, lanes: usize): v128 {
  const own = loadUpTo(gradients, lanes);
  return toOthers == 0 ? own : f32x4.add(own, loadUpTo(gradients + toOthers, lanes));
}

/**
 * The scaled gradient, limited to ±clipValue. pmin(a, b) is "b if b < a, else a": with the gradient as `a`, a
 * NaN stays a NaN.
 */
@inline
export function clippedGradient(gradient: v128, scale: f32, clipValue: f32): v128 {
  const scaled = f32x4.mul(gradient, f32x4.splat(scale));
  return f32x4.pmax(f32x4.pmin(scaled, f32x4.splat(clipValue)), f32x4.splat(-clipValue));
}
