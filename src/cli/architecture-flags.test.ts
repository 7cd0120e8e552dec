import { expect, it } from "vitest";
import {
  architectureFlags,
  architectureIsGiven,
  architectureOf,
  architectureText,
  defaultArchitecture,
} from "./architecture-flags.ts";
import { readFlags } from "./flags.ts";

const read = (typed: Record<string, string>) => readFlags(architectureFlags, typed);

it.each([
  [{}, [64, 500, 500, 50]],
  [{ hidden: "30" }, [64, 30, 50]],
  [{ latent: "2" }, [64, 500, 500, 2]],
  [{ hidden: "40,30", latent: "2" }, [64, 40, 30, 2]],
  [{ architecture: "784,500,2" }, [784, 500, 2]],
  [
    { hidden: "40,30", latent: "2", decoderHidden: "20" },
    { encoder: [64, 40, 30, 2], decoder: [2, 20, 64] },
  ],
])("%j describes %j", (typed, architecture) => {
  expect(architectureOf(read(typed), defaultArchitecture(64))).toEqual(architecture);
  expect(architectureIsGiven(read(typed))).toBe(Object.keys(typed).length > 0);
});

it("leaves a run's own sizes where no flag says otherwise", () => {
  const base = { encoder: [64, 40, 30, 2], decoder: [2, 20, 64] };
  const wider = { encoder: [64, 40, 30, 3], decoder: [3, 20, 64] };
  expect(architectureOf(read({ latent: "3" }), base)).toEqual(wider);
  expect(architectureOf(read({ hidden: "9" }), [64, 8, 2])).toEqual([64, 9, 2]);
});

it("refuses an architecture given twice", () => {
  expect(() => architectureOf(read({ architecture: "784,2", latent: "3" }), [784, 2])).toThrow(
    "both --architecture and --latent were given: give --architecture, or --hidden and --latent",
  );
});

it.each(["784,0,50", "784,-5,50", "784,50.5", "784,x", ""])("refuses sizes %j", (architecture) => {
  expect(() => read({ architecture })).toThrow(
    `--architecture is ${JSON.stringify(architecture)}: it must be sizes from the data to the latent space, positive integers separated by commas`,
  );
});

it("writes sizes as one reads them", () => {
  expect(architectureText([784, 500, 50])).toBe("784-500-50");
  expect(architectureText({ encoder: [784, 50], decoder: [50, 9, 784] })).toBe("784-50 and 50-9-784");
});
