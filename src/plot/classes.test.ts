import { describe, expect, test } from "vitest";
import { DataError } from "../common/errors.ts";
import { classStyle, NO_CLASS } from "./class-styles.ts";
import { classesOf } from "./classes.ts";

describe("classesOf", () => {
  test("names classes by the numbers that occur, in order", () => {
    const { entries, styleOf } = classesOf(4, { labels: Uint8Array.of(7, 2, 7, 5) });
    expect(entries.map(({ name }) => name)).toEqual(["2", "5", "7"]);
    expect([0, 1, 2, 3].map(styleOf)).toEqual([2, 0, 2, 1].map((index) => classStyle(index)));
  });

  test("keeps the look of a named class, whichever occur", () => {
    const { entries, styleOf } = classesOf(1, { labels: [2], classNames: ["a", "b", "c"] });
    expect(entries.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(styleOf(0)).toEqual(classStyle(2));
  });

  test("without labels makes all points alike", () => {
    const { entries, styleOf } = classesOf(3, {});
    expect(entries).toEqual([]);
    expect(styleOf(2)).toEqual(NO_CLASS);
  });

  test("refuses labels that do not match", () => {
    expect(() => classesOf(2, { labels: [1] })).toThrow(DataError);
    expect(() => classesOf(2, { labels: [1] })).toThrow(/1 labels for 2 points/);
    expect(() => classesOf(2, { labels: [0, 2], classNames: ["a", "b"] })).toThrow(/label 2 of example 1/);
  });
});
