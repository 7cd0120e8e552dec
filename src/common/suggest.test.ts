import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance, suggest } from "./suggest.ts";

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });

/** Every word one edit away from `text`, over the letters a, b and c. */
function neighbours(text: string): string[] {
  const result: string[] = [];
  for (let i = 0; i <= text.length; i++) {
    const [head, tail] = [text.slice(0, i), text.slice(i)];
    if (tail) result.push(head + tail.slice(1));
    if (tail.length > 1) result.push(head + tail[1] + tail[0] + tail.slice(2));
    for (const letter of "abc") {
      result.push(head + letter + tail);
      if (tail) result.push(head + letter + tail.slice(1));
    }
  }
  return result.filter((neighbour) => neighbour !== text);
}

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["kitten", "sitting", 3],
    ["saturday", "sunday", 3],
    ["mnits", "mnist", 1],
    ["ca", "abc", 3],
  ])("of %j and %j is %d", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
    expect(editDistance(b, a)).toBe(distance);
  });

  it("is one exactly for the words made by a single edit", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        for (const neighbour of neighbours(a)) expect(editDistance(a, neighbour)).toBe(1);
        expect(editDistance(a, b) === 1).toBe(neighbours(a).includes(b));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  it("lies between the difference in length and the greater length", () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("suggest", () => {
  const activations = ["elu", "relu", "tanh", "sigmoid", "softplus", "leaky-relu"];

  it.each([
    ["elo", "elu"],
    ["RELU", "relu"],
    ["rleu", "relu"],
    ["tan", "tanh"],
    ["sigmiod", "sigmoid"],
    ["leaky", "leaky-relu"],
    ["softplusplus", "softplus"],
    ["  tanh ", "tanh"],
  ])("takes %j for %s", (typed, meant) => {
    expect(suggest(typed, activations)).toBe(meant);
  });

  it.each(["", " ", "gaussian", "xyz", "tu"])("has nothing to offer for %j", (typed) => {
    expect(suggest(typed, activations)).toBeUndefined();
  });

  it("prefers fewer edits to a shared beginning, and earlier to later", () => {
    expect(suggest("train", ["train-images", "trains"])).toBe("trains");
    expect(suggest("bat", ["cat", "hat"])).toBe("cat");
  });

  it("offers nothing from nothing", () => {
    expect(suggest("mnist", [])).toBeUndefined();
    expect(suggest("mnist", [""])).toBeUndefined();
  });
});
