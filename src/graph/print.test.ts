import { describe, expect, test } from "vitest";
import * as g from "./build.ts";
import { print } from "./print.ts";

describe("print", () => {
  test("one node a line, inputs before users, each node once", () => {
    const x = g.input("x", [2, 3]);
    const h = g.gemm(x, g.input("w", [3, 4]), undefined, { transB: false });
    const loss = g.reduceSum(g.mul(h, h), [0]);
    expect(print({ outputs: { loss, hidden: h } })).toBe(
      [
        '%0: float32[2, 3] = Input() {"name":"x"}',
        '%1: float32[3, 4] = Input() {"name":"w"}',
        '%2: float32[2, 4] = Gemm(%0, %1) {"transA":false,"transB":false}',
        "%3: float32[2, 4] = Mul(%2, %2)",
        '%4: float32[4] = ReduceSum(%3) {"axes":[0],"keepDimensions":false}',
        "return loss = %4, hidden = %2",
        "",
      ].join("\n"),
    );
  });

  test("constants show their values, also those JSON lacks", () => {
    const outputs = {
      a: g.constant([1, 2], [2], "int64"),
      b: g.constant(Number.NEGATIVE_INFINITY),
      c: g.constant([Number.NaN, -0]),
    };
    expect(print({ outputs })).toBe(
      [
        '%0: int64[2] = Constant() {"value":[1,2]}',
        '%1: float32[] = Constant() {"value":"-Infinity"}',
        '%2: float32[2] = Constant() {"value":["NaN","-0"]}',
        "return a = %0, b = %1, c = %2",
        "",
      ].join("\n"),
    );
  });
});
