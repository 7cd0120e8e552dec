import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { flagName, formatCount, formatSeconds, shellWord } from "./format.ts";

it.each([
  [0, "0 s"],
  [0.04912, "0.049 s"],
  [0.999, "1.0 s"],
  [8.25, "8.3 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [170, "2 min 50 s"],
  [3599.6, "1 h 00 min"],
  [11100, "3 h 05 min"],
  [Number.POSITIVE_INFINITY, "–"],
])("%d seconds are %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

it("groups thousands, and writes settings as flags", () => {
  expect(formatCount(55000)).toBe("55,000");
  expect(flagName("keepProbability")).toBe("--keep-probability");
});

it.each(["runs/mnist-1", "my runs/a", "it's", "a$b", "ä*"])("a shell reads %j as one word", (word) => {
  const said = execFileSync("sh", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" });
  expect(said).toBe(word);
});
