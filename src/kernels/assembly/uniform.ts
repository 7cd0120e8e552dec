/**
 * Uniform float32 numbers from the high bits of a word: equally spaced values, all equally likely.
 */

import { storeUpTo } from "./lanes";
import { chunk, drawWords } from "./philox";

/** Words to k·2⁻²⁴ in [0, 1). */
@inline
export function halfOpenUniform(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

/** Words to (k + ½)·2⁻²³ in (0, 1): 23 bits, because k + ½ needs one more than k. */
@inline
function openUniform(words: v128): v128 {
  const k = f32x4.convert_i32x4_s(i32x4.shr_u(words, 9));
  return f32x4.mul(f32x4.add(k, f32x4.splat(0.5)), f32x4.splat(1.1920928955078125e-7));
}

/** minimum + range·u with u in [0, 1), or in (0, 1) if `open`. */
export function uniform(out: usize, length: u32, skip: u32, minimum: f32, range: f32, open: bool): void {
  const start = f32x4.splat(minimum);
  const width = f32x4.splat(range);
  while (length > 0) {
    const count = drawWords(skip, length);
    const words = chunk + 4 * skip;
    for (let i: u32 = 0; i < count; i += 4) {
      const drawn = v128.load(words + 4 * i);
      const unit = open ? openUniform(drawn) : halfOpenUniform(drawn);
      storeUpTo(out + 4 * i, count - i, f32x4.add(start, f32x4.mul(width, unit)));
    }
    out += 4 * count;
    length -= count;
    skip = 0;
  }
}
