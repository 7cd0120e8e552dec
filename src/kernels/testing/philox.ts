import type { DrawKey } from "../draw-key.ts";

/** Philox4x32-10 (Salmon et al., SC 2011), one block at a time in arbitrary-precision integers. */
export function philox(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffff_ffffn;
  let [x0, x1, x2, x3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * x0;
    const product1 = 0xcd9e8d57n * x2;
    [x0, x1, x2, x3] = [
      (product1 >> 32n) ^ x1 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ x3 ^ k1,
      product0 & mask,
    ];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [x0, x1, x2, x3].map(Number);
}

/** The counter whose block is `words`: Philox is a bijection, so that a test can choose what is drawn. */
export function counterOf(words: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffff_ffffn;
  // The inverses modulo 2³² of the two multipliers.
  const inverse0 = 0x991a7cdbn;
  const inverse1 = 0x6d7cae67n;
  let [x0, x1, x2, x3] = words.map(BigInt) as [bigint, bigint, bigint, bigint];
  for (let round = 9n; round >= 0n; round--) {
    const k0 = (BigInt(key[0]!) + round * 0x9e3779b9n) & mask;
    const k1 = (BigInt(key[1]!) + round * 0xbb67ae85n) & mask;
    const before0 = (x3 * inverse0) & mask;
    const before2 = (x1 * inverse1) & mask;
    x1 = x0 ^ ((0xcd9e8d57n * before2) >> 32n) ^ k0;
    x3 = x2 ^ ((0xd2511f53n * before0) >> 32n) ^ k1;
    x0 = before0;
    x2 = before2;
  }
  return [x0, x1, x2, x3].map(Number);
}

/** The words of a key's elements firstIndex … firstIndex + length − 1, by the documented layout of the counter. */
export function wordsOf(key: DrawKey, firstIndex: number, length: number): number[] {
  const bits = (value: number, from: bigint, count: bigint) =>
    Number((BigInt(value) >> from) & ((1n << count) - 1n));
  const words: number[] = [];
  const firstBlock = (firstIndex - (firstIndex % 4)) / 4;
  for (let block = firstBlock; 4 * block < firstIndex + length; block++) {
    const high = bits(block, 32n, 16n) + 65_536 * bits(key.step, 32n, 16n);
    const counter = [bits(block, 0n, 32n), high, bits(key.step, 0n, 32n), key.stream];
    words.push(...philox(counter, [bits(key.seed, 0n, 32n), bits(key.seed, 32n, 21n)]));
  }
  return words.slice(firstIndex % 4, (firstIndex % 4) + length);
}

/** Box & Muller's transform in float64 of the words of the pair that each element belongs to. */
export function normalsOf(key: DrawKey, firstIndex: number, length: number): number[] {
  const start = firstIndex - (firstIndex % 2);
  const words = wordsOf(key, start, firstIndex + length + 1 - start);
  return Array.from({ length }, (_, i) => {
    const odd = (firstIndex + i) % 2;
    const pair = firstIndex + i - odd - start;
    return boxMuller(words[pair]!, words[pair + 1]!)[odd]!;
  });
}

export function boxMuller(word: number, angleWord: number): [number, number] {
  // log1p keeps what 1 − u loses where u is close to 1.
  const u = (word + 0.5) / 2 ** 32;
  const logarithm = u < 0.5 ? Math.log(u) : Math.log1p(-((2 ** 32 - 1 - word + 0.5) / 2 ** 32));
  const radius = Math.sqrt(-2 * logarithm);
  const angle = (2 * Math.PI * angleWord) / 2 ** 32;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Kolmogorov–Smirnov's √n·sup|Fₙ − F|; for the right F it exceeds 1.95 once in a thousand samples. */
export function kolmogorovSmirnov(sample: Float32Array, distribution: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let largest = 0;
  sorted.forEach((x, i) => {
    const f = distribution(x);
    largest = Math.max(largest, f - i / n, (i + 1) / n - f);
  });
  return Math.sqrt(n) * largest;
}
