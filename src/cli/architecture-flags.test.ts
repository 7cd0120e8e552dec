import { describe, expect, it } from "vitest";
import {
  architectureFlags,
  architectureIsGiven,
  architectureOf,
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
  expect(architectureOf(read(typed), defaultArchitecture({ shape: [8, 8, 1], examples: 100 }))).toEqual(
    architecture,
  );
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

describe("--network conv", () => {
  const conv = (typed: Record<string, string>, shape = [9, 7, 3]) => {
    const input = read({ network: "conv", ...typed });
    return architectureOf(input, defaultArchitecture({ shape, examples: 100 }, input));
  };
  const usual = {
    network: "conv",
    inputShape: [9, 7, 3],
    channels: [32, 64],
    kernel: 4,
    stride: 2,
    residualBlocks: 0,
    hidden: [256],
    latent: 50,
    upsampling: "transposed",
  };

  it("has defaults, and a flag for each of them", () => {
    expect(conv({})).toEqual(usual);
    const typed = { channels: "8,16,32", kernel: "3", stride: "1", residualBlocks: "2", hidden: "64,32" };
    const all = { ...typed, latent: "5", upsampling: "bilinear" };
    expect(conv(all, [100])).toEqual({
      network: "conv",
      inputShape: [100],
      channels: [8, 16, 32],
      kernel: 3,
      stride: 1,
      residualBlocks: 2,
      hidden: [64, 32],
      latent: 5,
      upsampling: "bilinear",
    });
  });

  it("leaves a run's own settings where no flag says otherwise", () => {
    const run = conv({ channels: "8" });
    expect(architectureOf(read({ latent: "3" }), run)).toEqual({ ...usual, channels: [8], latent: 3 });
  });

  it.each([
    [
      { network: "conv", architecture: "189,2" },
      "--architecture was given but has no effect on a conv network",
    ],
    [
      { network: "conv", decoderHidden: "9" },
      "--decoder-hidden was given but has no effect on a conv network",
    ],
    [{ kernel: "3" }, "--kernel was given but has no effect on a dense network: add --network conv"],
    [{ residualBlocks: "0" }, "--residual-blocks was given but has no effect on a dense network"],
  ])("refuses %j", (typed, message) => {
    const input = read(typed as Record<string, string>);
    expect(() =>
      architectureOf(input, defaultArchitecture({ shape: [9, 7, 3], examples: 100 }, input)),
    ).toThrow(message);
  });

  it("refuses to turn a run into another kind of network", () => {
    const run = conv({});
    expect(() => architectureOf(read({ network: "dense" }), run)).toThrow(
      "--network is dense but the run's is conv: start a new run",
    );
  });
});

it("has smaller networks for small tables", () => {
  expect(defaultArchitecture({ shape: [13], examples: 178 })).toEqual([13, 64, 64, 7]);
  expect(defaultArchitecture({ shape: [1], examples: 178 })).toEqual([1, 64, 64, 1]);
  for (const data of [
    { shape: [13], examples: 10_000 },
    { shape: [200], examples: 178 },
    { shape: [4, 3], examples: 178 },
  ])
    expect((defaultArchitecture(data) as number[]).slice(1)).toEqual([500, 500, 50]);
});
