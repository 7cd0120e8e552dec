import type { Tensor } from "../../src/graph/node.ts";

/**
 * A tensor as one nested expression: `Sub(Sigmoid(l), x)`. Attributes follow the operands; a constant is its value,
 * with its shape unless it is a scalar.
 */
export function expression({ operator, attributes, inputs, shape }: Tensor): string {
  if (operator === "Input") return attributes.name;
  const dimensions = shape.length > 0 ? `[${shape}]` : "";
  if (operator === "Constant") return `${JSON.stringify(attributes.value)}${dimensions}`;
  const settings = Object.keys(attributes).length > 0 ? ` ${JSON.stringify(attributes)}` : "";
  return `${operator}(${inputs.map(expression).join(", ")}${settings})`;
}
