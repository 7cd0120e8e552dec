/** What every optimizer does to a gradient first. */

/**
 * The scaled gradient, limited to ±clipValue. pmin(a, b) is "b if b < a, else a": with the gradient as `a`, a
 * NaN stays a NaN.
 */
@inline
export function clippedGradient(gradient: v128, scale: f32, clipValue: f32): v128 {
  const scaled = f32x4.mul(gradient, f32x4.splat(scale));
  return f32x4.pmax(f32x4.pmin(scaled, f32x4.splat(clipValue)), f32x4.splat(-clipValue));
}
