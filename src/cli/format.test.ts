import { expect, it } from "vitest";
import { alignColumns, formatNats, formatRate } from "./format.ts";

it.each([
  [0.03149, "0.031"],
  [7.5, "7.5"],
  [99.96, "100"],
  [116.4, "116"],
  [14900.2, "14,900"],
  [Number.NaN, "–"],
])("%d a second is %s", (rate, text) => expect(formatRate(rate)).toBe(text));

it("shows nats to a hundredth", () => {
  expect(formatNats(-103.208)).toBe("-103.21");
});

it("aligns columns", () => {
  const lines = [
    ["a", "1.5", "x"],
    ["long", "10.25", ""],
  ];
  expect(alignColumns(lines, [1])).toEqual(["a       1.5  x", "long  10.25"]);
});
