import { type Graph, type Tensor, topologicalOrder } from "./node.ts";

/**
 * The graph as text, one node a line in the order of computation:
 * `%3: float32[128, 500] = Gemm(%0, %1, %2) {"transA":false,"transB":false}`.
 */
export function print(graph: Graph): string {
  const numbers = new Map<Tensor, number>();
  const lines = topologicalOrder(Object.values(graph.outputs)).map((node) => {
    const number = numbers.size;
    numbers.set(node, number);
    return `%${number}: ${describe(node, numbers)}`;
  });
  const outputs = Object.entries(graph.outputs).map(([name, node]) => `${name} = %${numbers.get(node)}`);
  return `${lines.join("\n")}\nreturn ${outputs.join(", ")}\n`;
}

/** JSON that also distinguishes NaN, ±∞ and −0. */
export function attributesText(attributes: object): string {
  const replacer = (_: string, value: unknown) => {
    if (Object.is(value, -0)) return "-0";
    return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  };
  return JSON.stringify(attributes, replacer);
}

function describe(node: Tensor, numbers: Map<Tensor, number>): string {
  const { shape: _, type: __, ...attributes } = node.attributes as { [key: string]: unknown };
  const inputs = node.inputs.map((input) => `%${numbers.get(input)}`).join(", ");
  const text = Object.keys(attributes).length > 0 ? ` ${attributesText(attributes)}` : "";
  return `${node.type}[${node.shape.join(", ")}] = ${node.operator}(${inputs})${text}`;
}
