import { expect, test } from "vitest";
import { interpret } from "../../test/reference/interpret.ts";
import { Inputs, operatorCases, trainingStep } from "../../test/reference/operator-cases.ts";
import * as g from "../graph/build.ts";
import { emitModel } from "./emit.ts";
import { run } from "./testing/session.ts";

/** A few units in the last place of float32, for results of magnitude 1. */
const TOLERANCE = 2e-6;

test.each([...Object.entries(operatorCases), ["a training step", trainingStep] as const])(
  "%s gives the numbers of its definition",
  async (_, build) => {
    const inputs = new Inputs();
    const outputs = build(inputs);
    const values = Object.fromEntries(Object.entries(inputs.feeds).map(([name, { data }]) => [name, data]));
    const expected = interpret(Object.values(outputs), values);

    const results = await run(emitModel({ outputs }), inputs.feeds);

    for (const [index, [name, tensor]] of Object.entries(outputs).entries()) {
      const { shape, data } = results[name]!;
      expect(shape, name).toEqual(tensor.shape);
      for (const [position, value] of expected[index]!.entries()) {
        const difference = Math.abs(data[position]! - value);
        expect(difference, `${name}[${position}]: ${data[position]}, not ${value}`).toBeLessThanOrEqual(
          TOLERANCE * Math.max(1, Math.abs(value)),
        );
      }
    }
  },
);

const { relu, elu, tanh, sigmoid, softplus } = g;
test.each(Object.entries({ relu, elu, tanh, sigmoid, softplus }))("%s keeps a NaN", async (_, activation) => {
  const data = [1, Number.NaN, -1, ...Array(30).fill(0.5), Number.NaN];
  const outputs = { y: activation(g.input("x", [data.length])) };
  const { y } = await run(emitModel({ outputs }), { x: { type: "float32", shape: [data.length], data } });
  expect(data.map((_, index) => Number.isNaN(y!.data[index]))).toEqual(data.map(Number.isNaN));
});

test("Softplus and LogSoftmax stay accurate where exponentials overflow or vanish", async () => {
  const data = [-80, -30, -10, 10, 30, 100];
  const x = g.input("x", [6]);
  const against0 = g.concat([g.reshape(x, [6, 1]), g.constant(0, [6, 1])], 1);
  const outputs = { softplus: g.softplus(x), logSigmoid: g.slice(g.logSoftmax(against0), 1, 0, 1) };

  const { softplus, logSigmoid } = await run(emitModel({ outputs }), {
    x: { type: "float32", shape: [6], data },
  });

  for (const [index, value] of data.entries()) {
    const expected = Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
    expect(softplus!.data[index]! / expected).toBeCloseTo(1, 5);
    expect(logSigmoid!.data[index]).toBeCloseTo(value - expected, 5);
  }
});
