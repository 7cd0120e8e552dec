import { sizeOf, type Tensor } from "../../src/graph/node.ts";
import type { Trace } from "../../src/nn/scope.ts";
import type { TrainingGraph } from "../../src/train/training-graph.ts";
import type { Feeds } from "./interpret.ts";
import { signed, uniform } from "./random.ts";

/** Everything a trace asks for: parameters and noise at random, masks of a dropout that keeps with this probability. */
export function feedsOf({ parameters, states, noises }: Trace, seed: number, more: Feeds = {}): Feeds {
  const specs = <T>(asked: ReadonlyMap<string, { readonly spec: T }>) =>
    Array.from(asked.values(), ({ spec }) => spec);
  return feedsOfSpecs(
    { parameters: specs(parameters), states: specs(states), noises: specs(noises) },
    seed,
    more,
  );
}

/** The same, for what a traced graph says it asked for. */
export function feedsOfSpecs(
  { parameters, states, noises }: Pick<TrainingGraph, "parameters" | "states" | "noises">,
  seed: number,
  more: Feeds = {},
): Feeds {
  const next = uniform(seed);
  const feeds: Record<string, ArrayLike<number>> = { ...more };
  let stream = seed * 100;
  for (const spec of parameters) feeds[spec.name] = scaled(signed(sizeOf(spec.shape), stream++), 0.5);
  for (const spec of states)
    feeds[spec.name] = Float64Array.from({ length: sizeOf(spec.shape) }, () => 0.5 + next());
  for (const spec of noises)
    feeds[spec.name] =
      spec.distribution === "dropout"
        ? Float64Array.from({ length: sizeOf(spec.shape) }, () =>
            next() < spec.keepProbability ? 1 / spec.keepProbability : 0,
          )
        : signed(sizeOf(spec.shape), stream++);
  return feeds;
}

export function parametersOf(trace: Trace): Tensor[] {
  return [...trace.parameters.values()].map(({ tensor }) => tensor);
}

function scaled(values: ArrayLike<number>, factor: number): Float64Array {
  return Float64Array.from(values, (value) => value * factor);
}
