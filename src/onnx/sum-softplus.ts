import { flag, integers } from "./attributes.ts";
import { product, type SymbolicTensor } from "./symbolic.ts";
import type { GraphWriter } from "./writer.ts";

/** This many factors of at least ½ can be multiplied without leaving float32. */
const LARGEST_GROUP = 64;

/**
 * Σ ln(1 + eˣ) = Σ max(x, 0) − Σ ln σ(|x|) over the last axis. Logarithms are slow, so they are taken of
 * products of groups of factors. Sigmoid is vectorised where ONNX Runtime's Softplus is not.
 */
export function sumSoftplus(
  node: SymbolicTensor<"SumSoftplus">,
  [x]: readonly string[],
  writer: GraphWriter,
): string {
  const [{ shape }] = node.inputs as [SymbolicTensor];
  const length = shape.at(-1) as number;
  const group = largestDivisor(length);
  const factors = writer.node("Sigmoid", [writer.node("Abs", [x!])]);

  const leading = shape.slice(0, -1);
  const groups = length / group;
  const grouped = writer.reshape(factors, shape, [product([...leading, groups]), group]);
  const products = writer.node("ReduceProd", [grouped], [integers("axes", [1]), flag("keepdims", false)]);
  const logarithms = writer.node("Log", [products]);
  const byRow = writer.reshape(logarithms, [product([...leading, groups])], [...leading, groups]);
  return writer.node("Sub", [sumOfLastAxis(writer.node("Relu", [x!])), sumOfLastAxis(byRow)]);

  function sumOfLastAxis(value: string): string {
    return writer.node("ReduceSum", [value, writer.dimensions([leading.length])], [flag("keepdims", false)]);
  }
}

function largestDivisor(length: number): number {
  let divisor = Math.min(LARGEST_GROUP, length);
  while (length % divisor !== 0) divisor--;
  return divisor;
}
