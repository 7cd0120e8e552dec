/**
 * The numbers below `length` in an order that never changes: Fisher and Yates's shuffle by `minimalStandard`.
 * @param seed selects the order
 */
export function fixedShuffle(length: number, seed = 0): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  const random = minimalStandard(seed);
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}

const MODULUS = 2 ** 31 - 1;

/**
 * Numbers in (0, 1): the "minimal standard" generator of Park, Miller and Stockmeyer (CACM 36(7), 1993), which
 * is C++'s `minstd_rand`: state ← 48271 · state mod 2³¹ − 1, from 1 + seed. Its products stay exact in a double.
 * @param seed a whole number from 0
 */
export function minimalStandard(seed = 0): () => number {
  let state = 1 + (seed % (MODULUS - 1));
  return () => {
    state = (state * 48271) % MODULUS;
    return state / MODULUS;
  };
}
