import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLoss } from "../../test/reference/finite-differences.ts";
import { type Feeds, interpret } from "../../test/reference/interpret.ts";
import { awayFromKinks } from "../../test/reference/kinks.ts";
import { project } from "../../test/reference/project.ts";
import { signed } from "../../test/reference/random.ts";
import { type RandomGraph, randomGraphs } from "../../test/reference/random-graphs.ts";
import * as g from "./build.ts";
import { gradient } from "./gradient.ts";
import { type Graph, sizeOf, type Tensor, topologicalOrder } from "./node.ts";
import { print } from "./print.ts";
import { simplify } from "./rewrite.ts";

const SEED = 20260101;

/** Depends on every tensor that nothing else uses. */
function lossOf({ tensors }: RandomGraph): Tensor {
  const used = new Set(topologicalOrder(tensors).flatMap(({ inputs }) => inputs));
  return tensors
    .filter((tensor) => !used.has(tensor))
    .map(project)
    .reduce((a, b) => g.add(a, b));
}

function feedsOf({ inputs }: RandomGraph, seed: number): Feeds {
  return Object.fromEntries(
    inputs.map(({ attributes: { name }, shape }, index) => [name, signed(sizeOf(shape), 100 * seed + index)]),
  );
}

/** Feeds at which the loss is differentiable; a graph for which none are found in ten draws is passed over. */
function smoothFeeds(graph: RandomGraph, loss: Tensor): Feeds {
  for (let seed = 1; seed <= 10; seed++) {
    const feeds = feedsOf(graph, seed);
    if (awayFromKinks(loss, graph.inputs, feeds)) return feeds;
  }
  return fc.pre(false) as never;
}

function everything(graph: RandomGraph): Graph {
  const loss = lossOf(graph);
  const results = [...graph.tensors, loss, ...gradient(loss, graph.inputs)];
  return { outputs: Object.fromEntries(results.entries()) };
}

function countOperators({ outputs }: Graph): number {
  return topologicalOrder(Object.values(outputs)).filter(({ operator }) => operator !== "Constant").length;
}

test("gradients of random graphs agree with central differences", () => {
  fc.assert(
    fc.property(randomGraphs(), (graph) => {
      const loss = lossOf(graph);
      checkLoss(loss, graph.inputs, smoothFeeds(graph, loss), { coordinates: 4 });
    }),
    { seed: SEED, numRuns: 1000 },
  );
});

test("simplifying random graphs and their gradients preserves every value", () => {
  fc.assert(
    fc.property(randomGraphs(), (graph) => {
      const full = everything(graph);
      const feeds = smoothFeeds(graph, lossOf(graph));
      const before = interpret(full, feeds);
      const after = interpret(simplify(full), feeds);
      for (const [name, values] of Object.entries(before)) {
        const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        values.forEach((value, i) => {
          expect(Math.abs(after[name]![i]! - value)).toBeLessThanOrEqual(1e-12 * scale);
        });
      }
    }),
    { seed: SEED + 1, numRuns: 1000 },
  );
});

test("simplified random graphs are simple", () => {
  fc.assert(
    fc.property(randomGraphs(), (graph) => {
      const full = everything(graph);
      const simple = simplify(full);
      const text = print(simple);
      expect(print(simplify(simple))).toBe(text);
      expect(countOperators(simple)).toBeLessThanOrEqual(countOperators(full));

      const computations = text.split("\n").map((line) => line.replace(/^%\d+: /, ""));
      expect(new Set(computations).size).toBe(computations.length);
    }),
    { seed: SEED + 2, numRuns: 1000 },
  );
});
