import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../common/errors.ts";
import { createKernels } from "./kernels.ts";

const kernels = await createKernels({ bytes: 200_000 });
const values = kernels.allocateFloat32(2000);
const bytes = kernels.allocateUint8(2000);

describe("convertUint8", () => {
  it.each([1, 2, 3, 127, 255, 0.1])("divides every byte by %d, correctly rounded", (divisor) => {
    bytes.forEach((_, i) => {
      bytes[i] = i % 256;
    });
    kernels.convertUint8(values, bytes, divisor);
    // Float64 has more than twice the bits of float32, so rounding its quotient again is exact.
    const expected = Array.from(bytes, (byte) => Math.fround(byte / Math.fround(divisor)));
    expect([...values]).toEqual(expected);
  });

  it("gives exactly 0 and 1 at the ends of a pixel's range", () => {
    bytes.set([0, 255]);
    kernels.convertUint8(values, bytes, 255);
    expect([...values.subarray(0, 2)]).toEqual([0, 1]);
  });

  it("takes any length and place, and writes nothing else", () => {
    fc.assert(
      fc.property(fc.nat(70), fc.nat(20), fc.nat(20), (length, to, from) => {
        values.fill(-1);
        bytes.forEach((_, i) => {
          bytes[i] = (i * 37) % 251;
        });
        kernels.convertUint8(values.subarray(to, to + length), bytes.subarray(from, from + length));
        expect([...values.subarray(to, to + length)]).toEqual([...bytes.subarray(from, from + length)]);
        expect(values.subarray(0, to).every((value) => value === -1)).toBe(true);
        expect(values.subarray(to + length).every((value) => value === -1)).toBe(true);
      }),
    );
  });

  it("refuses lengths that differ and divisors that do not divide", () => {
    expect(() => kernels.convertUint8(values.subarray(1), bytes)).toThrow(DataError);
    for (const divisor of [0, -1, Number.NaN])
      expect(() => kernels.convertUint8(values, bytes, divisor)).toThrow(ConfigError);
  });
});

describe("sumOfSquares", () => {
  it("agrees with the sum in float64, for every length", () => {
    const floats = fc.float({
      noNaN: true,
      noDefaultInfinity: true,
      min: Math.fround(-1e15),
      max: Math.fround(1e15),
    });
    fc.assert(
      fc.property(fc.array(floats, { maxLength: 40 }), fc.nat(5), (numbers, start) => {
        values.fill(7);
        const view = values.subarray(start, start + numbers.length);
        view.set(numbers);
        const expected = numbers.reduce((sum, x) => sum + x * x, 0);
        expect(Math.abs(kernels.sumOfSquares(view) - expected)).toBeLessThanOrEqual(1e-14 * expected);
      }),
    );
  });

  it("does not overflow where float32 would, and carries a NaN", () => {
    values.fill(1e30);
    expect(kernels.sumOfSquares(values)).toBeCloseTo(2000 * Math.fround(1e30) ** 2, -50);
    values[1999] = Number.NaN;
    expect(kernels.sumOfSquares(values)).toBeNaN();
  });
});

describe("firstNonFinite", () => {
  it("finds the first in any place, behind every finite number there is", () => {
    const finite = [0, -0, 1e-45, -1e-45, 3.4028234663852886e38, -3.4028234663852886e38, 1, -1];
    const nonFinite = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    fc.assert(
      fc.property(
        fc.nat(7),
        fc.nat(100),
        fc.array(fc.tuple(fc.nat(99), nonFinite), { maxLength: 3 }),
        fc.constantFrom(0, Number.NaN),
        (start, length, faults, around) => {
          const view = values.subarray(start, start + length);
          values.fill(around);
          view.forEach((_, i) => {
            view[i] = finite[i % finite.length]!;
          });
          for (const [index, fault] of faults) if (index < length) view[index] = fault;
          expect(kernels.firstNonFinite(view)).toBe(view.findIndex((value) => !Number.isFinite(value)));
        },
      ),
      { numRuns: 500 },
    );
  });
});
