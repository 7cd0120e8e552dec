import {
  type Graph,
  type OperatorName,
  sizeOf,
  type Tensor,
  topologicalOrder,
} from "../../src/graph/node.ts";
import { definitions, type Values } from "./definitions.ts";

/** Row-major values of each graph input, by name. */
export type Feeds = Readonly<Record<string, ArrayLike<number>>>;

type Definition = (node: Tensor, inputs: readonly Values[]) => Values;

/**
 * Computes tensors in float64, operator by operator, as the definitions say: the reference that gradients,
 * rewrites and engines are compared with. Results are row-major and may share memory.
 * @throws {Error} when an input is not fed or fed with the wrong number of values
 */
export function interpret(tensors: readonly Tensor[], feeds: Feeds): Values[];
export function interpret(graph: Graph, feeds: Feeds): Record<string, Values>;
export function interpret(
  wanted: Graph | readonly Tensor[],
  feeds: Feeds,
): Record<string, Values> | Values[] {
  if (isGraph(wanted)) {
    const results = interpret(Object.values(wanted.outputs), feeds);
    return Object.fromEntries(Object.keys(wanted.outputs).map((name, index) => [name, results[index]!]));
  }
  const values = new Map<Tensor, Values>();
  for (const node of topologicalOrder(wanted)) {
    const inputs = node.inputs.map((input) => values.get(input)!);
    values.set(node, node.operator === "Input" ? fed(node, feeds) : define(node.operator)(node, inputs));
  }
  return wanted.map((tensor) => values.get(tensor)!);
}

function isGraph(wanted: Graph | readonly Tensor[]): wanted is Graph {
  return "outputs" in wanted;
}

function define(operator: Exclude<OperatorName, "Input">): Definition {
  return definitions[operator] as Definition;
}

function fed({ attributes: { name }, shape }: Tensor<"Input">, feeds: Feeds): Values {
  const values = feeds[name];
  if (values?.length !== sizeOf(shape))
    throw new Error(
      `input ${name} was fed ${values?.length ?? "no"} values: shape [${shape}] needs ${sizeOf(shape)}`,
    );
  return values instanceof Float64Array ? values : Float64Array.from(values);
}
