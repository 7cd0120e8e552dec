import { describe, expect, it } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { uniform } from "../../test/reference/random.ts";
import * as g from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import { Trace } from "../nn/scope.ts";
import { codeLogits, codesLogProb } from "./code-prior.ts";

const SHAPES = { "in a plane": [2, 2], "in a row": [4] };

describe.each(Object.entries(SHAPES))("the prior of codes %s", (_, places) => {
  const shape = { places, codes: 3, features: 4, layers: 2 };
  const trace = new Trace({ training: false });
  const index = g.input("index", [81, 4]);
  const logits = codeLogits(trace.scope("density"), shape, index);
  const logProb = codesLogProb(trace.scope("density"), shape, index);
  const next = uniform(3);
  const parameters = Object.fromEntries(
    [...trace.parameters.values()].map(({ spec }) => [
      spec.name,
      Float64Array.from({ length: sizeOf(spec.shape) }, () => 2 * next() - 1),
    ]),
  );
  /** All rows of four codes. */
  const rows = Float64Array.from(
    { length: 81 * 4 },
    (__, at) => Math.floor(Math.floor(at / 4) / 3 ** (at % 4)) % 3,
  );

  it("sums to 1 over all rows of codes", () => {
    const [logs] = interpret([logProb], { index: rows, ...parameters });
    expect(logs!.reduce((sum, each) => sum + Math.exp(each), 0)).toBeCloseTo(1, 9);
  });

  it("sees no code at its own place or after it", () => {
    const [all] = interpret([logits], { index: rows, ...parameters });
    const at = (row: number, place: number) =>
      Array.from(all!.slice((row * 4 + place) * 3, (row * 4 + place + 1) * 3));
    // Rows 0 and 27 differ in the last code alone, rows 0 and 1 in the first.
    for (const place of [0, 1, 2, 3]) expect(at(27, place)).toEqual(at(0, place));
    expect(at(1, 0)).toEqual(at(0, 0));
    for (const place of [1, 2, 3]) expect(at(1, place)).not.toEqual(at(0, place));
  });
});
