/**
 * Inverted dropout masks: Srivastava et al., "Dropout" (JMLR 2014), scaled while training as their section 10
 * does.
 */

import { storeUpTo } from "./lanes";
import { chunk, drawWords } from "./philox";

/**
 * `kept` where 16 bits are at most `lastKept`, that is with probability (lastKept + 1)·2⁻¹⁶, and 0 elsewhere. Every word
 * gives two elements, because generating random bits takes most of the time.
 * @param skip elements of the first block to leave out, 0 to 7
 */
export function dropoutMask(out: usize, length: u32, skip: u32, lastKept: u32, kept: f32): void {
  const threshold = i16x8.splat(lastKept as i16);
  const value = f32x4.splat(kept);
  while (length > 0) {
    const count = min(length, 2 * drawWords(0, (skip + length + 1) >> 1) - skip);
    const halves = chunk + 2 * skip;
    for (let i: u32 = 0; i < count; i += 8) {
      const keep = i16x8.le_u(v128.load(halves + 2 * i), threshold);
      const left = count - i;
      storeUpTo(out + 4 * i, left, v128.and(value, i32x4.extend_low_i16x8_s(keep)));
      if (left > 4) storeUpTo(out + 4 * i + 16, left - 4, v128.and(value, i32x4.extend_high_i16x8_s(keep)));
    }
    out += 4 * count;
    length -= count;
    skip = 0;
  }
}
