import { ConfigError } from "../common/errors.ts";
import { type AddressOf, requireLength } from "./arena.ts";
import type { KernelExports } from "./module.ts";

export interface BatchKernels {
  /**
   * out = from / divisor, each quotient correctly rounded, so that 255 / 255 is exactly 1.
   * @param from bytes in the kernels' memory, of the length of `out`
   * @param divisor above 0, default 1
   */
  convertUint8(out: Float32Array, from: Uint8Array, divisor?: number): void;
  /** Σ x² in float64; NaN if any value is NaN. */
  sumOfSquares(values: Float32Array): number;
  /** Index of the first value that is NaN or infinite, or −1. */
  firstNonFinite(values: Float32Array): number;
}

export function batchKernels(kernels: KernelExports, addressOf: AddressOf): BatchKernels {
  return {
    convertUint8(out, from, divisor = 1) {
      if (!(Math.fround(divisor) > 0)) throw new ConfigError(`divisor is ${divisor}; it must be above 0`);
      requireLength("from", from, out.length);
      kernels.convertUint8(addressOf("out", out), addressOf("from", from), out.length, divisor);
    },

    sumOfSquares: (values) => kernels.sumOfSquares(addressOf("values", values), 0, values.length),

    firstNonFinite(values) {
      const index = kernels.firstNonFinite(addressOf("values", values), values.length);
      return index === values.length ? -1 : index;
    },
  };
}
