import { expect, test } from "vitest";
import { emitModel } from "./emit.ts";
import { cases, Inputs, trainingStep } from "./testing/cases.ts";
import { evaluate } from "./testing/reference.ts";
import { run } from "./testing/session.ts";

/** A few units in the last place of float32, for results of magnitude 1. */
const TOLERANCE = 2e-6;

test.each([...Object.entries(cases), ["a training step", trainingStep] as const])(
  "%s gives the numbers of its definition",
  async (_, build) => {
    const inputs = new Inputs();
    const outputs = build(inputs);
    const values = Object.fromEntries(Object.entries(inputs.feeds).map(([name, { data }]) => [name, data]));
    const expected = evaluate(Object.values(outputs), values);

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
