import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ConfigError } from "../common/errors.ts";
import { flagName } from "../common/format.ts";
import { positive, positiveInteger } from "../common/settings.ts";
import { type Flags, flagHelp, flagUsage, listOf, readFlags } from "./flags.ts";

const flags = {
  batchSize: { about: "examples a step", placeholder: "n", schema: positiveInteger.default(128) },
  sigma: {
    about: "spread",
    placeholder: "σ",
    schema: z.union([positive, z.enum(["shared"])], { error: "a number above 0 or shared" }).optional(),
  },
  split: { about: "part", placeholder: "name", schema: z.enum(["train", "test"]).default("test") },
  sizes: {
    about: "sizes",
    placeholder: "list",
    short: "s",
    schema: listOf(positiveInteger, "positive integers separated by commas").optional(),
  },
  out: { about: "where to", placeholder: "file", schema: z.string().optional() },
  force: { about: "replace", schema: z.boolean().default(false) },
} satisfies Flags;

describe("flag names", () => {
  it.each([
    ["batchSize", "--batch-size"],
    ["l2", "--l2"],
    ["klWarmup", "--kl-warmup"],
    ["learningRateWarmup", "--learning-rate-warmup"],
  ])("%s is typed as %s", (key, name) => expect(flagName(key)).toBe(name));

  it("shows letter and value", () => {
    expect(flagUsage("sizes", flags.sizes)).toBe("-s, --sizes <list>");
    expect(flagUsage("force", flags.force)).toBe("--force");
  });
});

describe("flag help", () => {
  it("takes range and default from the schema", () => {
    expect(flagHelp(flags.batchSize)).toBe("examples a step (a positive integer; default: 128)");
    expect(flagHelp(flags.split)).toBe("part (one of train, test; default: test)");
    expect(flagHelp(flags.sigma)).toBe("spread (a number above 0 or shared)");
  });

  it("adds nothing where a schema says nothing a user could not guess", () => {
    expect(flagHelp(flags.out)).toBe("where to");
    expect(flagHelp(flags.force)).toBe("replace");
  });

  it("shows a default that is not the schema's", () => {
    expect(flagHelp({ ...flags.out, fallback: "plots/x.png" })).toBe("where to (default: plots/x.png)");
  });
});

describe("reading flags", () => {
  it("gives defaults, and undefined to what is optional", () => {
    expect(readFlags(flags, {})).toEqual({
      batchSize: 128,
      sigma: undefined,
      split: "test",
      sizes: undefined,
      out: undefined,
      force: false,
    });
  });

  it("turns text into numbers only where a number is meant", () => {
    const typed = { batchSize: "1e3", sigma: "0.5", sizes: "784, 500", out: "12", force: true };
    const expected = { batchSize: 1000, sigma: 0.5, sizes: [784, 500], out: "12", force: true };
    expect(readFlags(flags, typed)).toMatchObject(expected);
    expect(readFlags(flags, { sigma: "shared" }).sigma).toBe("shared");
  });

  it.each([
    [{ batchSize: "0" }, "--batch-size is 0: it must be a positive integer"],
    [{ batchSize: "-3" }, "--batch-size is -3: it must be a positive integer"],
    [{ batchSize: "1.5" }, "--batch-size is 1.5: it must be a positive integer"],
    [{ batchSize: "ten" }, '--batch-size is "ten": it must be a positive integer'],
    [{ batchSize: "" }, '--batch-size is "": it must be a positive integer'],
    [{ batchSize: "Infinity" }, "--batch-size is Infinity: it must be a positive integer"],
    [{ sigma: "-1" }, "--sigma is -1: it must be a number above 0"],
    [{ sigma: "wide" }, '--sigma is "wide": it must be a number above 0 or shared'],
    [{ split: "tset" }, '--split is "tset": it must be one of train, test; did you mean test?'],
    [{ sizes: "784,0" }, '--sizes is "784,0": it must be positive integers separated by commas'],
    [{ sizes: "784,,5" }, '--sizes is "784,,5": it must be positive integers separated by commas'],
    [{ sizes: "a" }, '--sizes is "a": it must be positive integers separated by commas'],
  ])("refuses %j", (typed, message) => {
    expect(() => readFlags(flags, typed)).toThrow(new ConfigError(message));
  });
});
