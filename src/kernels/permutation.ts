import { ConfigError } from "../common/errors.ts";
import { type DrawKey, seek } from "./draw-key.ts";
import type { KernelExports } from "./module.ts";

const WORD = 2 ** 32;
const CHUNK_WORDS = 1024;

/**
 * The numbers 0 … length − 1 in random order, every order equally likely: Durstenfeld's form of the
 * Fisher–Yates shuffle (CACM 1964) over unbiased integers. The words of the key's sequence are used in order.
 */
export function permutation(
  kernels: KernelExports,
  memory: WebAssembly.Memory,
  length: number,
  key: DrawKey,
): Uint32Array<ArrayBuffer> {
  if (!Number.isInteger(length) || length < 0 || length >= WORD)
    throw new ConfigError(
      `a permutation of ${length} was asked for; the length must be an integer from 0 to 2^32 - 1`,
    );
  seek(kernels, key, 0, 0);
  const words = new Uint32Array(memory.buffer, kernels.wordsAddress(), CHUNK_WORDS);
  let used = CHUNK_WORDS;
  const nextWord = (): number => {
    if (used === CHUNK_WORDS) {
      kernels.drawWords(0, CHUNK_WORDS);
      used = 0;
    }
    return words[used++]!;
  };
  const order = new Uint32Array(length);
  for (let index = 0; index < length; index++) order[index] = index;
  for (let last = length - 1; last > 0; last--) {
    const other = integerBelow(last + 1, nextWord);
    const moved = order[last]!;
    order[last] = order[other]!;
    order[other] = moved;
  }
  return order;
}

/**
 * Lemire, "Fast random integer generation in an interval" (TOMACS 2019): the high word of word·bound,
 * unbiased.
 */
function integerBelow(bound: number, nextWord: () => number): number {
  let word = nextWord();
  let low = Math.imul(word, bound) >>> 0;
  if (low < bound) {
    const threshold = (WORD - bound) % bound;
    while (low < threshold) {
      word = nextWord();
      low = Math.imul(word, bound) >>> 0;
    }
  }
  // The product has up to 64 bits, and a double holds 53: the bound is split into two halves.
  const fromLowHalf = Math.floor((word * (bound & 0xffff)) / 2 ** 16);
  return Math.floor((word * (bound >>> 16) + fromLowHalf) / 2 ** 16);
}
