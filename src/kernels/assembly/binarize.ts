/**
 * Bernoulli draws in place of pixel intensities: Salakhutdinov & Murray, "On the quantitative analysis of
 * deep belief networks" (ICML 2008).
 */

import { loadUpTo, storeUpTo } from "./lanes";
import { chunk, drawWords } from "./philox";
import { halfOpenUniform } from "./uniform";

/** Each value p becomes 1 if a 24-bit uniform draw is below p, else 0; one that is not finite becomes NaN. */
export function binarize(values: usize, length: u32, skip: u32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  while (length > 0) {
    const count = drawWords(skip, length);
    const words = chunk + 4 * skip;
    for (let i: u32 = 0; i < count; i += 4) {
      const address = values + 4 * i;
      const remaining = count - i;
      const probability = loadUpTo(address, remaining);
      const below = f32x4.lt(halfOpenUniform(v128.load(words + 4 * i)), probability);
      // 0·p is 0 for every finite p, and NaN otherwise.
      const drawn = f32x4.add(v128.and(one, below), f32x4.mul(zero, probability));
      storeUpTo(address, remaining, drawn);
    }
    values += 4 * count;
    length -= count;
    skip = 0;
  }
}
