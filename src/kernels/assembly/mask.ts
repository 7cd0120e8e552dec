/**
 * Inverted dropout masks: Srivastava et al., "Dropout" (JMLR 2014), scaled while training as their section 10
 * does.
 */

import { storeUpTo } from "./lanes";
import { chunk, drawWords } from "./philox";

/**
 * `kept` where a word is at most `lastKept`, that is with probability (lastKept + 1)·2⁻³², and 0 elsewhere.
 */
export function dropoutMask(out: usize, length: u32, skip: u32, lastKept: u32, kept: f32): void {
  const threshold = i32x4.splat(lastKept);
  const value = f32x4.splat(kept);
  while (length > 0) {
    const count = drawWords(skip, length);
    const words = chunk + 4 * skip;
    for (let i: u32 = 0; i < count; i += 4) {
      const keep = i32x4.le_u(v128.load(words + 4 * i), threshold);
      storeUpTo(out + 4 * i, count - i, v128.and(value, keep));
    }
    out += 4 * count;
    length -= count;
    skip = 0;
  }
}
