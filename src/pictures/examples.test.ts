import { describe, expect, it } from "vitest";
import { typicalMember } from "./examples.ts";

describe("typicalMember", () => {
  const posteriors = (...mean: number[]) => {
    const means = Float32Array.from(mean);
    return { mean: means, logVariance: means.map(() => 0) };
  };

  it("lies nearest to the mean of its class", () => {
    expect(typicalMember(posteriors(0, 1, 10), 1, [0, 1, 2])).toBe(1);
    // Around (2, 2), with a distance of 1 for the last.
    expect(typicalMember(posteriors(0, 4, 4, 0, 1, 2, 3, 2.5), 2, [0, 1, 2, 3])).toBe(2);
  });

  it("is one of the members", () => {
    expect(typicalMember(posteriors(0, 5, 6, 12), 1, [0, 3])).toBe(0);
    expect(typicalMember(posteriors(0, 5, 6, 12), 1, [2])).toBe(2);
  });
});
