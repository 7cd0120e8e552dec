import { type Graph, sizeOf, type Tensor, topologicalOrder } from "./node.ts";

/** Multiplications in a simplified graph's matrix products, which include its convolutions. */
export function multiplications({ outputs }: Graph): number {
  return topologicalOrder(Object.values(outputs)).reduce((sum, node) => sum + multiplicationsOf(node), 0);
}

function multiplicationsOf({ operator, attributes, inputs: [first], shape }: Tensor): number {
  switch (operator) {
    case "Gemm":
      return sizeOf(shape) * first!.shape[attributes.transA ? 0 : 1]!;
    case "MatMul":
      return sizeOf(shape) * first!.shape.at(-1)!;
    default:
      return 0;
  }
}
