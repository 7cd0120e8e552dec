import { flag, integers } from "./attributes.ts";
import { product, type SymbolicTensor } from "./symbolic.ts";
import { tensorOf } from "./tensor-data.ts";
import type { GraphWriter } from "./writer.ts";

/** Factors of at least ½ in so many can be multiplied without leaving float32. */
const LARGEST_GROUP = 64;

/**
 * Σ ln(1 + eˣ) = ½·(Σ x + Σ |x|) − Σ ln σ(|x|) over the last axis. Logarithms are dear, so they are taken of
 * products of whole groups of factors. Sigmoid is vectorised where ONNX Runtime's Softplus is not.
 */
export function sumSoftplus(
  node: SymbolicTensor<"SumSoftplus">,
  [x]: readonly string[],
  writer: GraphWriter,
): string {
  const [{ shape }] = node.inputs as [SymbolicTensor];
  const length = shape.at(-1) as number;
  const group = largestDivisor(length);
  const magnitudes = writer.node("Abs", [x!]);
  const factors = writer.node("Sigmoid", [magnitudes]);

  const leading = shape.slice(0, -1);
  const groups = length / group;
  const grouped = writer.reshape(factors, shape, [product([...leading, groups]), group]);
  const products = writer.node("ReduceProd", [grouped], [integers("axes", [1]), flag("keepdims", false)]);
  const logarithms = writer.node("Log", [products]);
  const byRow = writer.reshape(logarithms, [product([...leading, groups])], [...leading, groups]);
  const half = writer.initializer(tensorOf(0.5, [], "float32"));
  const positive = writer.node("Mul", [
    writer.node("Add", [sumOfLastAxis(x!), sumOfLastAxis(magnitudes)]),
    half,
  ]);
  return writer.node("Sub", [positive, sumOfLastAxis(byRow)]);

  function sumOfLastAxis(value: string): string {
    return writer.node("ReduceSum", [value, writer.dimensions([leading.length])], [flag("keepdims", false)]);
  }
}

function largestDivisor(length: number): number {
  let divisor = Math.min(LARGEST_GROUP, length);
  while (length % divisor !== 0) divisor--;
  return divisor;
}
