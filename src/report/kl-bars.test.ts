import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { klBars } from "./kl-bars.ts";

function barsOf(kl: ArrayLike<number>) {
  const { document } = parseHTML(`<html><body>${klBars(kl).text}</body></html>`);
  const bars = [...document.querySelectorAll("rect")].map((bar) => ({
    left: Number(bar.getAttribute("x")),
    top: Number(bar.getAttribute("y")),
    width: Number(bar.getAttribute("width")),
    height: Number(bar.getAttribute("height")),
    title: bar.querySelector("title")?.textContent,
  }));
  const texts = [...document.querySelectorAll("text")].map((text) => text.textContent);
  return { bars, texts, width: Number(document.querySelector("svg")!.getAttribute("width")) };
}

describe("klBars", () => {
  it("draws dimensions in the order of their KL, as high as it is", () => {
    const { bars, texts } = barsOf(Float64Array.of(1, 4, 2));
    expect(bars.map(({ title }) => title)).toEqual(["z₂: 4.00 nats", "z₃: 2.00 nats", "z₁: 1.00 nats"]);
    const [first, second, third] = bars.map(({ height }) => height) as [number, number, number];
    expect(second / first).toBeCloseTo(0.5, 2);
    expect(third / first).toBeCloseTo(0.25, 2);
    expect(new Set(bars.map(({ top, height }) => top + height)).size).toBe(1);
    expect(texts).toEqual(["4.00", "z₂", "2.00", "z₃", "1.00", "z₁"]);
  });

  it.each([1, 12, 13, 50, 1000])("has room for %d bars, none on another", (count) => {
    const { bars, width } = barsOf(Float64Array.from({ length: count }, (_, index) => index + 1));
    expect(bars).toHaveLength(count);
    expect(width).toBeLessThanOrEqual(640);
    for (const [index, { left, width: wide }] of bars.entries()) {
      const next = bars[index + 1]?.left ?? width;
      expect(left + wide).toBeLessThanOrEqual(next + 0.11);
    }
  });

  it("draws collapsed dimensions as nothing", () => {
    expect(barsOf(Float64Array.of(0, 0)).bars.map(({ height }) => height)).toEqual([0, 0]);
    expect(barsOf(Float64Array.of(-1e-9, 1)).bars.map(({ height }) => height)[1]).toBe(0);
  });
});
