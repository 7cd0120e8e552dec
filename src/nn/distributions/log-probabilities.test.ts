import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { interpret } from "../../../test/reference/interpret.ts";
import { input } from "../../graph/build.ts";
import type { Shape, Tensor } from "../../graph/node.ts";
import { emitModel } from "../../onnx/emit.ts";
import { nodeRuntime } from "../../runtime/node.ts";
import { continuousBernoulli } from "./continuous-bernoulli.ts";
import { discretizedLogistic } from "./discretized-logistic.ts";
import { discretizedLogisticMixture } from "./discretized-logistic-mixture.ts";
import type { Distribution } from "./distribution.ts";
import { laplace } from "./laplace.ts";
import { normal } from "./normal.ts";
import { studentT } from "./student-t.ts";

type Table = readonly { readonly given: readonly (number | readonly number[])[]; readonly logProb: number }[];

/** ln p(x) from the definitions in 1500 digits; see generate.py beside them. */
const oracles = JSON.parse(
  readFileSync(new URL("./testing/log-probabilities.json", import.meta.url), "utf8"),
) as Record<string, Table>;

/** One distribution of one value, for each row. */
interface Family {
  /** Makes the distribution from tensors that are fed, [rows, 1] or with axes of their own before the last. */
  readonly make: (parameters: readonly Tensor[]) => Distribution;
  /** The fed numbers of one row, from a row of the oracle without x. */
  readonly feed: (given: readonly (number | readonly number[])[]) => (number | readonly number[])[];
  /** How far single precision's rounding of x and location moves ln p at most, in nats. */
  readonly rounding: (x: number, given: readonly (number | readonly number[])[]) => number;
}

const EPSILON = 2 ** -23;
const located = (x: number, [location, scale]: readonly (number | readonly number[])[]) =>
  (4 * EPSILON * (Math.abs(x) + Math.abs(location as number))) / (scale as number);
const inLog = (given: readonly (number | readonly number[])[]) => [given[0]!, Math.log(given[1] as number)];

const families: Readonly<Record<string, Family>> = {
  normal: {
    make: ([mean, logVariance]) => normal(mean!, logVariance!),
    feed: ([mean, scale]) => [mean!, 2 * Math.log(scale as number)],
    rounding: (x, [mean, scale]) =>
      (8 * EPSILON * (Math.abs(x) + Math.abs(mean as number)) * Math.abs(x - (mean as number))) /
      (scale as number) ** 2,
  },
  laplace: { make: ([location, scale]) => laplace(location!, scale!), feed: inLog, rounding: located },
  studentT: {
    make: ([location, scale, nu]) => studentT(location!, scale!, nu!),
    feed: (given) => [...inLog(given), given[2]!],
    // The tail's exponent multiplies an error of one part in 2²³.
    rounding: (_, given) => 4 * EPSILON * (given[2] as number),
  },
  continuousBernoulli: {
    make: ([logits]) => continuousBernoulli(logits!),
    feed: (given) => [...given],
    rounding: () => 0,
  },
  discretizedLogistic: {
    make: ([location, scale]) => discretizedLogistic(location!, scale!),
    feed: inLog,
    rounding: located,
  },
  discretizedLogisticMixture: {
    make: ([logits, location, scale]) => discretizedLogisticMixture(logits!, location!, scale!),
    feed: ([logits, locations, scales]) => [logits!, locations!, (scales as number[]).map(Math.log)],
    rounding: (x, [, , scales]) => located(x, [1, Math.min(...(scales as number[]))]),
  },
};

/** ln p of every row of an oracle, as a graph, and what it is fed. */
function tabulated(name: string) {
  const { make, feed } = families[name]!;
  const table = oracles[name]!;
  const rows = table.length;
  const columns = table.map(({ given }) => feed(given.slice(1)));
  const shapes = columns[0]!.map(
    (each): Shape => (typeof each === "object" ? [rows, each.length, 1] : [rows, 1]),
  );
  const parameters = shapes.map((shape, index) => input(`p${index}`, shape));
  const x = input("x", [rows, 1]);
  const logProb = make(parameters).logProb(x);
  const feeds = {
    x: table.map(({ given }) => given[0] as number),
    ...Object.fromEntries(shapes.map((_, index) => [`p${index}`, columns.flatMap((each) => each[index]!)])),
  };
  const tensors = [x, ...parameters];
  return { table, logProb, feeds, tensors };
}

describe.each(Object.keys(families))("ln p of %s", (name) => {
  it("is that of 1500 digits, to 1e-5 of itself", () => {
    const { table, logProb, feeds } = tabulated(name);
    const [values] = interpret([logProb], feeds);
    for (const [row, { given, logProb: exact }] of table.entries())
      expect(Math.abs(values![row]! - exact), JSON.stringify(given)).toBeLessThan(
        1e-5 * Math.abs(exact) + 1e-8,
      );
  });

  it("is that of 1500 digits in the engine's single precision too, up to the rounding of x", async () => {
    const { table, logProb, feeds, tensors } = tabulated(name);
    const session = await (await nodeRuntime()).createSession(emitModel({ outputs: { y: logProb } }));
    const buffers = Object.fromEntries(
      Object.entries(feeds).map(([key, values], index) => {
        const { shape } = tensors[index]!;
        return [key, { type: "float32", shape, data: Float32Array.from(values) } as const];
      }),
    );
    const y = { type: "float32", shape: [table.length], data: new Float32Array(table.length) } as const;
    await session.bind(buffers, { y }).run();
    await session.dispose();
    for (const [row, { given, logProb: exact }] of table.entries()) {
      const rounding = families[name]!.rounding(given[0] as number, given.slice(1));
      const tolerance = 1e-5 * Math.max(1, Math.abs(exact)) + rounding;
      expect(Math.abs(y.data[row]! - exact), JSON.stringify(given)).toBeLessThan(tolerance);
    }
  });
});
