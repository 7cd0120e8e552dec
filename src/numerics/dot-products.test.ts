import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between } from "../../test/reference/random.ts";
import { addDotProducts, dotProducts, transpose } from "./dot-products.ts";

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  columns: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 7 }),
});

describe("dotProducts", () => {
  it("are what each pair of rows gives, at every size", () => {
    fc.assert(
      fc.property(sizes, ({ rows, columns, width }) => {
        const a = Float64Array.from(between(rows * width, 1, -1, 1));
        const b = Float64Array.from(between(columns * width, 2, -1, 1));
        const found = dotProducts(a, b, width);
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) {
            const row = b.subarray(j * width, (j + 1) * width);
            const expected = row.reduce((sum, value, e) => sum + value * a[i * width + e]!, 0);
            expect(found[i * columns + j]).toBeCloseTo(expected, 12);
          }
      }),
    );
  });

  it("are added to a part of a wider matrix", () => {
    const out = new Float64Array(10).fill(1);
    addDotProducts(Float64Array.of(1, 2), Float64Array.of(3, 4, 5), 1, out, 5);
    expect([...out]).toEqual([4, 5, 6, 1, 1, 7, 9, 11, 1, 1]);
  });
});

describe("transpose", () => {
  it("swaps rows and columns", () => {
    expect([...transpose(Float64Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});
