import { describe, expect, test } from "vitest";
import { checkGradient, checkLoss } from "../../test/reference/finite-differences.ts";
import { interpret } from "../../test/reference/interpret.ts";
import { awayFromKinks } from "../../test/reference/kinks.ts";
import { Inputs, operatorCases } from "../../test/reference/operator-cases.ts";
import { project } from "../../test/reference/project.ts";
import * as g from "./build.ts";
import { gradient } from "./gradient.ts";
import { type Tensor, topologicalOrder } from "./node.ts";

const FIRST_DERIVATIVE_TOLERANCE = 1e-7;

describe("agrees with central differences", () => {
  test.each(Object.entries(operatorCases))("%s", (operator, build) => {
    let compared = 0;
    for (const seed of [1, 2, 3]) {
      const inputs = new Inputs(seed);
      const outputs = build(inputs);
      for (const [name, output] of Object.entries(outputs)) {
        const nodes = topologicalOrder([output]);
        const given = nodes.filter((node): node is Tensor<"Input"> => node.operator === "Input");
        const variables = given.filter(({ type }) => type === "float32");
        if (output.type !== "float32" || variables.length === 0 || name.startsWith("extreme")) continue;
        const loss = project(output);
        const feeds = Object.fromEntries(
          given.map(({ attributes }) => [attributes.name, inputs.feeds[attributes.name]!.data]),
        );
        if (!awayFromKinks(loss, variables, feeds)) continue;
        checkLoss(loss, variables, feeds, { seed, tolerance: FIRST_DERIVATIVE_TOLERANCE });
        if (nodes.some((node) => node.operator === operator)) compared++;
      }
    }
    expect(compared).toBeGreaterThan(2);
  });
});

describe("the second derivative agrees with differences of the first", () => {
  const smooth: Record<string, (x: Tensor) => Tensor> = {
    Exp: g.exp,
    Log: (x) => g.log(g.add(g.mul(x, x), 1)),
    Sqrt: (x) => g.sqrt(g.add(g.mul(x, x), 1)),
    Reciprocal: g.reciprocal,
    Erf: g.erf,
    Sin: g.sin,
    Cos: g.cos,
    Sigmoid: g.sigmoid,
    Tanh: g.tanh,
    Softplus: g.softplus,
    Elu: g.elu,
    "Elu with alpha 0.5": (x) => g.elu(x, 0.5),
    Relu: (x) => g.mul(g.relu(x), g.relu(x)),
    Div: (x) => g.div(g.slice(x, 0, 0, 1), x),
    Pow: (x) => g.pow(g.add(g.mul(x, x), 0.5), g.slice(x, 0, 0, 1)),
    Max: (x) => g.pow(g.max(x, 0.05), 3),
    Gemm: (x) => g.gemm(x, x, undefined, { transB: true }),
    MatMul: (x) => g.matmul(x, g.transpose(x, [1, 0])),
    Softmax: (x) => g.softmax(x, 1),
    LogSoftmax: (x) => g.logSoftmax(x, 0),
    ReduceMean: (x) => g.pow(g.reduceMean(x, [0]), 3),
    ReduceMax: (x) => g.pow(g.reduceMax(x, [1]), 3),
    Gather: (x) => g.pow(g.gather(x, g.constant([1, 1, 0], [3], "int64")), 3),
    Pad: (x) => g.sin(g.pad(x, 1, 1, 1)),
  };

  test.each(Object.entries(smooth))("%s", (_, build) => {
    checkGradient(
      ([x]) => {
        const [slope] = gradient(project(build(x!)), [x!]);
        return project(slope!);
      },
      [{ shape: [2, 3] }],
      { tolerance: 1e-7 },
    );
  });

  test("a Hessian-vector product through a two-layer network", () => {
    checkGradient(
      ([x, w, v]) => {
        const loss = project(g.gemm(g.elu(g.gemm(x!, w!)), v!));
        const slopes = gradient(loss, [x!, w!, v!]);
        return slopes.map(project).reduce((a, b) => g.add(a, b));
      },
      [{ shape: [3, 2] }, { shape: [2, 4] }, { shape: [4, 2] }],
    );
  });

  test("d³/dx³ sin(2x) = −8 cos(2x)", () => {
    const x = g.input("x", []);
    let y = g.sin(g.mul(x, 2));
    for (let order = 1; order <= 3; order++) y = gradient(y, [x])[0]!;
    expect(interpret([y], { x: [0.7] })[0]![0]).toBeCloseTo(-8 * Math.cos(1.4), 12);
  });
});
