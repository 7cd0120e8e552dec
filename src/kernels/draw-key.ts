import { ConfigError } from "../common/errors.ts";
import type { KernelExports } from "./module.ts";

const WORD = 2 ** 32;
const MAXIMUM_STEPS = 2 ** 48;
const MAXIMUM_ELEMENTS = 2 ** 50;

/** Identifies a sequence of draws. Its element `index` depends only on the key and the index. */
export interface DrawKey {
  /** An integer from 0 to 2⁵³ − 1: one for a whole run. */
  readonly seed: number;
  /** An integer from 0 to 2³² − 1: one for each purpose, so that purposes never share draws. */
  readonly stream: number;
  /** An integer from 0 to 2⁴⁸ − 1: one for each use of the purpose, such as an iteration. */
  readonly step: number;
}

/**
 * Places the generator so that the next words are those of the elements from `firstIndex` on. Element i takes
 * word i mod 4 of block ⌊i / 4⌋, or half a word where a block makes eight elements, and Philox sees
 *
 *     key      seed bits 0–31 | seed bits 32–52
 *     counter  block bits 0–31 | block bits 32–47, step bits 32–47 above them | step bits 0–31 | stream
 *
 * @param elements of a block
 * @returns the number of the first block's elements before the given one
 * @throws {ConfigError} for a part of the key or an index out of range.
 */
export function seek(
  kernels: KernelExports,
  key: DrawKey,
  firstIndex: number,
  length: number,
  elements: 4 | 8 = 4,
): number {
  requireInteger("seed", key.seed, Number.MAX_SAFE_INTEGER);
  requireInteger("stream", key.stream, WORD - 1);
  requireInteger("step", key.step, MAXIMUM_STEPS - 1);
  requireInteger("firstIndex", firstIndex, MAXIMUM_ELEMENTS - length);
  const block = Math.floor(firstIndex / elements);
  const highBits = Math.floor(key.step / WORD) * 2 ** 16 + Math.floor(block / WORD);
  kernels.seek(
    key.seed % WORD,
    Math.floor(key.seed / WORD),
    block % WORD,
    highBits,
    key.step % WORD,
    key.stream,
  );
  return firstIndex % elements;
}

function requireInteger(name: string, value: number, maximum: number): void {
  if (!Number.isInteger(value) || value < 0 || value > maximum)
    throw new ConfigError(`${name} is ${value}; it must be an integer from 0 to ${maximum}`);
}
