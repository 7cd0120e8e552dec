/**
 * Vectors of float32 at the end of a buffer: with partial loads and stores the tail shares the vector
 * arithmetic.
 */

/** The first `count` of four lanes (4 or more: all), the others 0. */
@inline
export function loadUpTo(address: usize, count: usize): v128 {
  if (count >= 4) return v128.load(address);
  if (count == 1) return v128.load32_zero(address);
  if (count == 2) return v128.load64_zero(address);
  return v128.load_lane<f32>(address, v128.load64_zero(address), 2, 8);
}

/** Stores the first `count` of four lanes (4 or more: all). */
@inline
export function storeUpTo(address: usize, count: usize, lanes: v128): void {
  if (count >= 4) {
    v128.store(address, lanes);
  } else if (count == 1) {
    v128.store_lane<f32>(address, lanes, 0);
  } else {
    v128.store_lane<u64>(address, lanes, 0);
    if (count == 3) v128.store_lane<f32>(address, lanes, 2, 8);
  }
}

/**
 * Zero for magnitudes below 2⁻¹⁰⁰. A moment whose gradient stays 0 would decay into the denormal numbers,
 * where rounding stops the decay and many processors are a hundred times slower. NaN is kept.
 */
@inline
export function flushTiny(lanes: v128): v128 {
  return v128.andnot(lanes, f32x4.lt(f32x4.abs(lanes), f32x4.splat(7.888609052210118e-31)));
}
