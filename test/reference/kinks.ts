import * as g from "../../src/graph/build.ts";
import { sizeOf, type Tensor, topologicalOrder } from "../../src/graph/node.ts";
import { type Feeds, interpret } from "./interpret.ts";
import { signed } from "./random.ts";

/** How far a value must stay away from where an operator has no derivative. */
const MARGIN = 1e-3;

/** Tensors that are zero where the node has no derivative. */
function distancesToKinks(node: Tensor): Tensor[] {
  const [a, b] = node.inputs;
  switch (node.operator) {
    case "Abs":
    case "Sign":
    case "Relu":
    case "LeakyRelu":
    case "Elu":
      return [a!];
    case "HardSigmoid": {
      const line = g.add(g.mul(a!, node.attributes.alpha), node.attributes.beta);
      return [line, g.sub(line, 1)];
    }
    case "Max":
    case "Min":
    case "Less":
    case "LessOrEqual":
    case "Greater":
    case "GreaterOrEqual":
    case "Equal":
      return [g.sub(a!, b!)];
    case "ReduceMax": {
      const { axes } = node.attributes;
      const nearlyLargest = g.greater(a!, g.sub(g.reduceMax(a!, axes, true), MARGIN));
      const count = g.reduceSum(g.cast(nearlyLargest, "float32"), axes);
      return [g.cast(g.equal(count, 1), "float32")];
    }
    default:
      return [];
  }
}

/**
 * Whether a loss is differentiable where its inputs are fed: no operator is near its kink, except where it is exactly
 * there whatever the inputs are, such as |0|, which does not change.
 */
export function awayFromKinks(loss: Tensor, inputs: readonly Tensor<"Input">[], feeds: Feeds): boolean {
  const distances = topologicalOrder([loss]).flatMap(distancesToKinks);
  const moved = inputs.map(({ attributes: { name }, shape }) => {
    const shifts = signed(sizeOf(shape), shape.length, 0.1, 0.3);
    return [name, shifts.map((shift, i) => shift + feeds[name]![i]!)];
  });
  const here = interpret(distances, feeds);
  const elsewhere = interpret(distances, Object.fromEntries(moved));
  return here.every((values, index) =>
    values.every((value, i) => Math.abs(value) >= MARGIN || (value === 0 && elsewhere[index]![i] === 0)),
  );
}
