import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Rows, type Schema, ValueDescription } from "./schema.ts";

function schemaOf(rows: Rows, divisor: number): Schema {
  const description = new ValueDescription({ shape: [1], divisor, where: "data" });
  description.add(rows);
  return description.schema();
}

/** Kind and range by their definitions, one value at a time. */
function byDefinition(rows: Rows, divisor: number): Omit<Schema, "shape"> {
  const values = Array.from(rows, (value) => value / divisor);
  const range = [Math.min(...values), Math.max(...values)] as const;
  if (values.every((value) => value === 0 || value === 1)) return { kind: "binary", range };
  if (values.every((value) => value >= 0 && value <= 1)) return { kind: "unit", range };
  if (values.every((value) => value >= 0 && Number.isInteger(value))) return { kind: "count", range };
  return { kind: "real", range };
}

describe("ValueDescription", () => {
  it.each<[Rows, number, Schema["kind"], [number, number]]>([
    [Uint8Array.of(0, 255, 0), 255, "binary", [0, 1]],
    [Uint8Array.of(0, 128, 255), 255, "unit", [0, 1]],
    [Uint8Array.of(0, 128, 255), 1, "count", [0, 255]],
    [Uint8Array.of(0, 51), 255, "unit", [0, 0.2]],
    [Uint8Array.of(0, 255), 2, "real", [0, 127.5]],
    [Float32Array.of(0, 1), 1, "binary", [0, 1]],
    [Float32Array.of(0, 0.5), 1, "unit", [0, 0.5]],
    [Float64Array.of(3, 7), 1, "count", [3, 7]],
    [Float64Array.of(3, 7.5), 1, "real", [3, 7.5]],
    [Int8Array.of(-3, 7), 1, "real", [-3, 7]],
    [Int32Array.of(-6, -2), 2, "real", [-3, -1]],
    [Int16Array.of(0), 1, "binary", [0, 0]],
  ])("of %o divided by %d is %s over %o", (rows, divisor, kind, range) => {
    expect(schemaOf(rows, divisor)).toEqual({ shape: [1], kind, range });
  });

  it("agrees with the definitions for bytes at any place in memory", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat({ max: 7 }),
        fc.constantFrom(1, 2, 255),
        (bytes, offset, divisor) => {
          const memory = new Uint8Array(offset + bytes.length + 5).fill(77);
          memory.set(bytes, offset);
          const rows = memory.subarray(offset, offset + bytes.length);
          expect(schemaOf(rows, divisor)).toEqual({ shape: [1], ...byDefinition(rows, divisor) });
        },
      ),
    );
  });

  it("agrees with the definitions for every other type", () => {
    const small = { minLength: 1, maxLength: 8 };
    const arrays = fc.oneof(
      fc.int8Array({ ...small, min: -2, max: 3 }),
      fc.int16Array(small),
      fc.int32Array({ ...small, min: 0 }),
      fc.float32Array({ ...small, noNaN: true, noDefaultInfinity: true }),
      fc.float64Array({ ...small, min: 0, max: 2, noNaN: true }),
    );
    fc.assert(
      fc.property(arrays, fc.constantFrom(1, 2, 255), (rows, divisor) => {
        expect(schemaOf(rows, divisor)).toEqual({ shape: [1], ...byDefinition(rows, divisor) });
      }),
    );
  });
});
