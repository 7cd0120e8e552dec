/** Uniform numbers in [0, 1): mulberry32, the same for the same seed on every machine. */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers of either sign whose magnitude lies in [low, high): none near zero, where many functions have a kink. */
export function signed(count: number, seed: number, low = 0.1, high = 2): number[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () => (next() < 0.5 ? -1 : 1) * (low + (high - low) * next()));
}

/** Numbers in [low, high). */
export function between(count: number, seed: number, low: number, high: number): number[] {
  const next = uniform(seed);
  return Array.from({ length: count }, () => low + (high - low) * next());
}
