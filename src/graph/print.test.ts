import { describe, expect, test } from "vitest";
import * as g from "./build.ts";
import type { Tensor } from "./node.ts";
import { print, structuralHash } from "./print.ts";

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

describe("structuralHash", () => {
  const network = ({
    x = "x",
    w = "w",
    rows = 2,
    bias = 0.5 as number | readonly number[],
    alpha = 1,
    output = "y",
  } = {}) => {
    const product = g.gemm(g.input(x, [rows, 3]), g.input(w, [3, 4]));
    return { outputs: { [output]: g.elu(g.add(product, g.constant(bias)), alpha) } };
  };
  const hash = structuralHash(network());

  test("is 128 bits in hexadecimal", () => {
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
  });
  test("is the published FNV-1a of the description", () => {
    // Landon Curt Noll's reference: FNV-1a of no bytes is the offset basis; here xor and multiply, byte by byte.
    const description = 'float32[] = Constant() {"value":1}\n0\n';
    let expected = 144066263297769815596495629667062367629n;
    for (const byte of new TextEncoder().encode(description))
      expected = ((expected ^ BigInt(byte)) * 309485009821345068724781371n) % 2n ** 128n;
    expect(structuralHash({ outputs: { one: g.constant(1) } })).toBe(expected.toString(16).padStart(32, "0"));
  });
  test("ignores the names of inputs and outputs", () => {
    expect(structuralHash(network({ x: "images", w: "weights", output: "hidden" }))).toBe(hash);
  });
  test("is the same for a graph built again in another order", () => {
    const w = g.input("w", [3, 4]);
    const x = g.input("x", [2, 3]);
    const bias = g.constant(0.5);
    expect(structuralHash({ outputs: { y: g.elu(g.add(g.gemm(x, w), bias)) } })).toBe(hash);
  });

  test.each<[string, ReturnType<typeof network>]>([
    ["shape", network({ rows: 5 })],
    ["constant", network({ bias: 0.25 })],
    ["constant list", network({ bias: [0.5, 0.5, 0.5, 0.5] })],
    ["attribute", network({ alpha: 2 })],
    ["repeated input", network({ x: "same", w: "same" })],
    ["further output", { outputs: { ...network().outputs, x: g.input("x", [2, 3]) } }],
  ])("differs for another %s", (_, graph) => {
    expect(structuralHash(graph)).not.toBe(hash);
  });

  test("differs for another order of operands and of outputs", () => {
    const [a, b] = [g.input("a", [2]), g.input("b", [2])];
    const difference = g.sub(a, b);
    const reversed = g.sub(b, a);
    const hashOf = (...results: Tensor[]) =>
      structuralHash({ outputs: Object.fromEntries(results.entries()) });
    expect(hashOf(a, difference)).not.toBe(hashOf(difference, a));
    expect(hashOf(a, b, difference)).not.toBe(hashOf(a, b, reversed));
  });
  test("differs between numbers that JSON writes alike", () => {
    const numbers = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0, -0];
    const hashes = numbers.map((value) => structuralHash({ outputs: { value: g.constant(value) } }));
    expect(new Set(hashes).size).toBe(numbers.length);
  });
  test("tells apart a shared node from two equal ones", () => {
    const x = g.input("x", []);
    const shared = g.exp(x);
    expect(structuralHash({ outputs: { y: g.add(shared, shared) } })).not.toBe(
      structuralHash({ outputs: { y: g.add(g.exp(x), g.exp(x)) } }),
    );
  });
});
