import { expect, it } from "vitest";
import { spreadOf } from "./spread-of.ts";

it("takes a deviation that single precision can tell from 0 beside the mean, otherwise 1", () => {
  expect(spreadOf(0.3, 0.1)).toBe(0.3);
  expect(spreadOf(1e-9, 0)).toBe(1e-9);
  expect(spreadOf(0, 0)).toBe(1);
  for (const mean of [0.1, -0.1]) {
    expect(spreadOf(1e-8, mean)).toBe(1e-8);
    expect(spreadOf(1e-9, mean)).toBe(1);
  }
});
