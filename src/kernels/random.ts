import { ConfigError, DataError } from "../common/errors.ts";
import { type AddressOf, requireLength } from "./arena.ts";
import { type DrawKey, seek } from "./draw-key.ts";
import type { KernelExports } from "./module.ts";
import { permutation } from "./permutation.ts";

export interface DrawOptions {
  /**
   * Index of the first element in the key's sequence, from 0 (the default) to 2⁵⁰: to fill rows 64 to
   * 127 of a batch as a fill of the whole batch would, pass 64 · row length.
   */
  readonly firstIndex?: number | undefined;
}

interface UniformOptions extends DrawOptions {
  /** Default 0. */
  readonly minimum?: number | undefined;
  /** Default 1. */
  readonly maximum?: number | undefined;
  /**
   * Draws from (0, 1) before scaling, for callers that take a logarithm or a quantile; default false, [0, 1).
   */
  readonly open?: boolean | undefined;
}

interface NormalOptions extends DrawOptions {
  /** Default 0. */
  readonly mean?: number | undefined;
  /** Default 1; at least 0. */
  readonly standardDeviation?: number | undefined;
}

/**
 * Draws that are functions of (key, index), the same bits on every machine. All write in place, into views of
 * the kernels' memory.
 */
export interface RandomKernels {
  /**
   * minimum + (maximum − minimum)·u, with u a multiple of 2⁻²⁴ in [0, 1), or if open an odd multiple of 2⁻²⁴.
   */
  uniform(out: Float32Array, key: DrawKey, options?: UniformOptions): void;
  /**
   * Normal numbers by the Box–Muller transform of 32-bit words; always finite, at most 6.77 deviations out.
   */
  normal(out: Float32Array, key: DrawKey, options?: NormalOptions): void;
  /**
   * 1 / p with probability p, else 0, where p is keepProbability to a multiple of 2⁻¹⁶, at least one.
   * @param keepProbability in (0, 1]
   */
  dropoutMask(out: Float32Array, key: DrawKey, keepProbability: number, options?: DrawOptions): void;
  /** Each value p in [0, 1] becomes 1 with probability p (to within 2⁻²⁴), else 0. NaN stays NaN. */
  binarize(values: Float32Array, key: DrawKey, options?: DrawOptions): void;
  /**
   * `binarize` of a batch [rows, rowLength] in which the draw of a row depends on its index in the dataset,
   * not on its position in the batch: row r is drawn from firstIndex rowIndices[r]·rowLength on.
   * @param rowIndices one for each row; any memory will do.
   */
  binarizeRows(values: Float32Array, rowLength: number, rowIndices: Uint32Array, key: DrawKey): void;
  /** The numbers 0 … length − 1 in random order, every order equally likely. */
  permutation(length: number, key: DrawKey): Uint32Array<ArrayBuffer>;
}

export function randomKernels(
  kernels: KernelExports,
  memory: WebAssembly.Memory,
  addressOf: AddressOf,
): RandomKernels {
  return {
    uniform(out, key, { firstIndex = 0, minimum = 0, maximum = 1, open = false } = {}) {
      if (!Number.isFinite(maximum - minimum) || maximum < minimum)
        throw new ConfigError(
          `uniform numbers from ${minimum} to ${maximum}; minimum must not exceed maximum`,
        );
      const address = addressOf("out", out);
      const skip = seek(kernels, key, firstIndex, out.length);
      kernels.uniform(address, out.length, skip, minimum, maximum - minimum, Number(open));
    },

    normal(out, key, { firstIndex = 0, mean = 0, standardDeviation = 1 } = {}) {
      if (!Number.isFinite(mean)) throw new ConfigError(`mean is ${mean}; it must be finite`);
      if (!Number.isFinite(standardDeviation) || standardDeviation < 0)
        throw new ConfigError(`standardDeviation is ${standardDeviation}; it must be finite and at least 0`);
      const address = addressOf("out", out);
      const skip = seek(kernels, key, firstIndex, out.length);
      kernels.normal(address, out.length, skip, mean, standardDeviation);
    },

    dropoutMask(out, key, keepProbability, { firstIndex = 0 } = {}) {
      if (!(keepProbability > 0 && keepProbability <= 1))
        throw new ConfigError(`keepProbability is ${keepProbability}; it must be above 0 and at most 1`);
      const address = addressOf("out", out);
      const skip = seek(kernels, key, firstIndex, out.length, 8);
      const kept = Math.max(1, Math.round(keepProbability * 2 ** 16));
      kernels.dropoutMask(address, out.length, skip, kept - 1, 2 ** 16 / kept);
    },

    binarize(values, key, { firstIndex = 0 } = {}) {
      const address = addressOf("values", values);
      const skip = seek(kernels, key, firstIndex, values.length);
      kernels.binarize(address, values.length, skip);
    },

    binarizeRows(values, rowLength, rowIndices, key) {
      if (!Number.isInteger(rowLength) || rowLength < 1)
        throw new DataError(`rowLength is ${rowLength}; it must be an integer from 1 on`);
      requireLength("values", values, rowIndices.length * rowLength);
      let address = addressOf("values", values);
      for (const index of rowIndices) {
        const skip = seek(kernels, key, index * rowLength, rowLength);
        kernels.binarize(address, rowLength, skip);
        address += 4 * rowLength;
      }
    },

    permutation: (length, key) => permutation(kernels, memory, length, key),
  };
}
