import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { signed } from "../../test/reference/random.ts";
import * as g from "../graph/build.ts";
import { topologicalOrder } from "../graph/node.ts";
import { mixed, mixedHeadSize } from "../nn/distributions/mixed.ts";
import type { MixedColumn } from "../nn/distributions/mixed-column.ts";
import { Trace } from "../nn/scope.ts";
import { trainingGraph } from "../train/training-graph.ts";
import type { ModelConfig } from "./config.ts";
import { encoderInput } from "./encoder-input.ts";
import { EVIDENCE_LOWER_BOUND } from "./objective.ts";

/** Reals, counts, binaries, and columns of two, three and four classes in turn. */
function columnsOf(count: number): MixedColumn[] {
  return Array.from({ length: count }, (_, i): MixedColumn => {
    if (i % 6 === 0) return { kind: "real", center: i, spread: 1 + i };
    if (i % 6 === 1) return { kind: "count", scale: 2 };
    return i % 6 === 2 ? { kind: "binary" } : { kind: "categorical", classes: (i % 6) - 1 };
  });
}

function modelOf(columns: MixedColumn[]): ModelConfig {
  const likelihood = { type: "mixed", columns } as const;
  const networks = { encoder: [], latent: 2, decoder: [] };
  return { ...networks, inputShape: [columns.length], encoderInput: "columns", likelihood };
}

const COLUMNS = columnsOf(48);
const ROWS = [0, 1].flatMap((row) =>
  COLUMNS.map((column, i) =>
    column.kind === "categorical"
      ? (i + row) % column.classes
      : column.kind === "real"
        ? i + row
        : (i + row) % 2,
  ),
);

describe("a table of many columns", () => {
  it("has the density of its columns' classes, computed together", () => {
    const trace = new Trace({ training: false });
    const size = mixedHeadSize(COLUMNS);
    const head = g.input("h", [2, size]);
    const [x, mask] = [g.input("x", [2, 48]), g.input("mask", [2, 48])];
    const p = mixed(trace.scope("decoder"), head, { type: "mixed", columns: COLUMNS });
    const own = [...trace.parameters.values()].map(({ spec: { name, shape } }) => [
      name,
      Array(shape[0]).fill(0),
    ]);
    const h = signed(2 * size, 5, 0.1, 1.5);
    const masks = ROWS.map((_, i) => (COLUMNS[i % 48]!.kind === "categorical" ? 1 : 0));
    const [found, logits, mode] = interpret([p.logProb(x, mask), p.parameters.logits!, p.mode], {
      ...Object.fromEntries(own),
      ...{ h, x: ROWS, mask: masks },
    });
    let at = COLUMNS.filter(({ kind }) => kind !== "categorical").length;
    const expected = [0, 0];
    for (const [i, column] of COLUMNS.entries()) {
      if (column.kind !== "categorical") continue;
      for (const row of [0, 1]) {
        const own = Array.from({ length: column.classes }, (_, k) => h[row * size + at + k]!);
        const total = Math.log(own.reduce((sum, each) => sum + Math.exp(each), 0));
        expected[row]! += own[ROWS[row * 48 + i]!]! - total;
        for (const [k, each] of own.entries()) expect(logits![(row * 4 + k) * 48 + i]).toBeCloseTo(each, 12);
        expect(mode![row * 48 + i]).toBe(own.indexOf(Math.max(...own)));
      }
      at += column.classes;
    }
    for (const row of [0, 1]) expect(found![row]).toBeCloseTo(expected[row]!, 9);
  });

  it("gives the encoder the features of each column, in the order of the columns", () => {
    const [features] = interpret([encoderInput(modelOf(COLUMNS), g.input("x", [2, 48]))], { x: ROWS });
    const expected = ROWS.flatMap((value, at) => {
      const column = COLUMNS[at % 48]!;
      if (column.kind === "real") return [(value - column.center) / column.spread];
      if (column.kind === "count") return [Math.log1p(value)];
      if (column.kind === "binary") return [value];
      return Array.from({ length: column.classes }, (_, k) => Number(k === value));
    });
    expect(features).toHaveLength(expected.length);
    for (const [i, value] of expected.entries()) expect(features![i]).toBeCloseTo(value, 12);
  });

  it("makes a graph that does not grow with their number", () => {
    const nodes = (count: number) => {
      const options = { batchSize: 4, latentSamples: 1 };
      const { graph } = trainingGraph(modelOf(columnsOf(count)), EVIDENCE_LOWER_BOUND, options);
      return topologicalOrder(Object.values(graph.outputs)).length;
    };
    expect(nodes(240)).toBe(nodes(48));
  });
});
