import * as g from "./build.ts";
import { convolutionAsProduct, kernelGradientAsProduct } from "./convolution/convolution-products.ts";
import { transposedAsProduct } from "./convolution/transposed-convolution-products.ts";
import { fold, uniformValue } from "./fold.ts";
import { type Graph, type OperatorName, sameShape, sizeOf, type Tensor, topologicalOrder } from "./node.ts";
import { broadcastShapes } from "./operators.ts";
import { attributesText } from "./print.ts";

/** An equal, cheaper node; undefined when there is none. */
type Rule<K extends OperatorName> = (node: Tensor<K>) => Tensor | undefined;

const rules: { readonly [K in OperatorName]?: Rule<K> } = {
  Neg: ({ inputs: [a] }) => (a!.operator === "Neg" ? a!.inputs[0] : undefined),

  // a + 0 = a, a + (−b) = a − b, and two neighbours that were cut from one tensor are joined
  Add: (node) => {
    const [a, b] = node.inputs;
    if (uniformValue(b!) === 0) return unbroadcast(a!, node);
    if (uniformValue(a!) === 0) return unbroadcast(b!, node);
    if (b!.operator === "Neg") return g.sub(a!, b!.inputs[0]!);
    if (a!.operator === "Neg") return g.sub(b!, a!.inputs[0]!);
    return joinPads(a!, b!) ?? joinPads(b!, a!);
  },
  // a − 0 = a, a − (−b) = a + b
  Sub: (node) => {
    const [a, b] = node.inputs;
    if (uniformValue(b!) === 0) return unbroadcast(a!, node);
    return b!.operator === "Neg" ? g.add(a!, b!.inputs[0]!) : undefined;
  },
  // 1·a = a, −1·a = −a
  Mul: (node) => {
    const [a, b] = node.inputs;
    for (const [factor, other] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      if (uniformValue(factor) === 1) return unbroadcast(other, node);
      if (uniformValue(factor) === -1 && other.type === "float32" && sameShape(other.shape, node.shape))
        return g.neg(other);
    }
    return undefined;
  },
  // a/1 = a
  Div: (node) => (uniformValue(node.inputs[1]!) === 1 ? unbroadcast(node.inputs[0]!, node) : undefined),

  // op(Xᵀ) = the other op(X)
  Gemm: ({ inputs: [a, b, c], attributes: { transA, transB } }) => {
    if (a!.operator === "Transpose") return g.gemm(a!.inputs[0]!, b!, c, { transA: !transA, transB });
    if (b!.operator === "Transpose") return g.gemm(a!, b!.inputs[0]!, c, { transA, transB: !transB });
    return undefined;
  },

  Conv: convolutionAsProduct,
  ConvTranspose: transposedAsProduct,
  ConvKernelGradient: kernelGradientAsProduct,

  ReduceSum: (node) => dropUnitReduction(node) ?? sumOfProducts(node),
  ReduceMean: dropUnitReduction,
  ReduceMax: dropUnitReduction,

  Reshape: (node) => {
    const [a] = node.inputs;
    return a!.operator === "Reshape" ? g.reshape(a!.inputs[0]!, node.shape) : unbroadcast(a!, node);
  },
  Expand: (node) => unbroadcast(node.inputs[0]!, node),
  Transpose: ({ inputs: [a], attributes: { permutation } }) => {
    if (permutation.every((from, axis) => from === axis)) return a;
    if (a!.operator !== "Transpose") return undefined;
    const inner = a!.attributes.permutation;
    return g.transpose(
      a!.inputs[0]!,
      permutation.map((axis) => inner[axis]!),
    );
  },
  Concat: ({ inputs }) => (inputs.length === 1 ? inputs[0] : undefined),
  Pad: (node) => unbroadcast(node.inputs[0]!, node),
  // the whole of a tensor, or of one part of a concatenation
  Slice: (node) => {
    const [a] = node.inputs;
    if (sameShape(a!.shape, node.shape)) return a;
    const { axis, start, end } = node.attributes;
    if (a!.operator !== "Concat" || a!.attributes.axis !== axis) return undefined;
    let offset = 0;
    for (const part of a!.inputs) {
      const length = part.shape[axis]!;
      if (offset === start && offset + length === end) return part;
      offset += length;
    }
    return undefined;
  },
};

const CONVOLUTIONS: ReadonlySet<OperatorName> = new Set(["Conv", "ConvTranspose"]);

/** A tensor that replaces a node, if no broadcasting is lost. */
function unbroadcast(tensor: Tensor, node: Tensor): Tensor | undefined {
  return sameShape(tensor.shape, node.shape) ? tensor : undefined;
}

/** Sum, mean and maximum over axes of length 1 only drop them. */
function dropUnitReduction(node: Tensor<"ReduceSum" | "ReduceMean" | "ReduceMax">): Tensor | undefined {
  const [input] = node.inputs;
  const trivial = node.attributes.axes.every((axis) => input!.shape[axis] === 1);
  return trivial ? g.reshape(input!, node.shape) : undefined;
}

/**
 * Σ a·b over the last axis, a [batch, 1, n] and b [batch, rows, n], is a matrix product: no intermediate of b's size
 * is written.
 */
function sumOfProducts({ inputs: [product], attributes, shape }: Tensor<"ReduceSum">): Tensor | undefined {
  const last = product!.shape.length - 1;
  if (product!.operator !== "Mul" || last !== 2) return undefined;
  if (attributes.axes.length !== 1 || attributes.axes[0] !== last) return undefined;
  const [a, b] = product!.inputs;
  const dot = (one: Tensor, many: Tensor) => {
    if (!sameShape(many.shape, product!.shape) || many.shape[1] === 1) return undefined;
    const [batch, rows, n] = one.shape;
    if (rows !== 1 || batch !== many.shape[0] || n !== many.shape[2]) return undefined;
    return g.reshape(g.matmul(many, g.reshape(one, [batch!, n!, 1])), shape);
  };
  return dot(a!, b!) ?? dot(b!, a!);
}

/** Padded tensors that lie side by side sum to their concatenation: the gradient of a split. */
function joinPads(left: Tensor, right: Tensor): Tensor | undefined {
  if (left.operator !== "Pad" || right.operator !== "Pad" || !sameShape(left.shape, right.shape))
    return undefined;
  const { axis, before } = left.attributes;
  const length = left.inputs[0]!.shape[axis]!;
  if (right.attributes.axis !== axis || right.attributes.before !== before + length) return undefined;
  const joined = g.concat([left.inputs[0]!, right.inputs[0]!], axis);
  return g.pad(joined, axis, before, right.attributes.after);
}

const broadcasting = new Set<OperatorName>(
  "Add Sub Mul Div Pow Max Min Less LessOrEqual Greater GreaterOrEqual Equal Where".split(
    " ",
  ) as OperatorName[],
);

/** Elementwise operators broadcast by themselves: an expanded operand goes back to the small tensor it came from. */
function shrinkOperands(node: Tensor): Tensor | undefined {
  if (!broadcasting.has(node.operator)) return undefined;
  for (const [index, operand] of node.inputs.entries()) {
    const value = uniformValue(operand);
    const small =
      operand.operator === "Expand"
        ? operand.inputs[0]!
        : value !== undefined && operand.shape.length > 0
          ? g.constant(value, [], operand.type)
          : undefined;
    if (!small) continue;
    const inputs = node.inputs.with(index, small);
    const shape = broadcastShapes(...inputs.map((each) => each.shape));
    if (sameShape(shape, node.shape)) return g.makeNode(node.operator, node.attributes, inputs);
  }
  return undefined;
}

/** Operators on expanded small tensors are applied before the expansion. */
function expandLater(node: Tensor): Tensor | undefined {
  if (!broadcasting.has(node.operator)) return undefined;
  if (!node.inputs.some((operand) => operand.operator === "Expand")) return undefined;
  const small = node.inputs.map((operand) => (operand.operator === "Expand" ? operand.inputs[0]! : operand));
  if (!small.every((operand) => sizeOf(operand.shape) === 1)) return undefined;
  return g.expand(g.makeNode(node.operator, node.attributes, small), node.shape);
}

/**
 * Common subexpressions become one node, uniform constants are folded, and the rules above are applied until none
 * fits. Values are unchanged up to float32 rounding; unused nodes disappear because nothing reaches them.
 */
export function simplify(
  graph: Graph,
  { keepsConvolutions = false }: { readonly keepsConvolutions?: boolean } = {},
): Graph {
  const done = new Map<Tensor, Tensor>();
  const byStructure = new Map<string, Tensor>();
  const identity = new Map<Tensor, number>();

  const visit = (node: Tensor): Tensor => {
    const known = done.get(node);
    if (known) return known;
    const inputs = node.inputs.map(visit);
    const unchanged = inputs.every((input, index) => input === node.inputs[index]);
    const current = unchanged ? node : g.makeNode(node.operator, node.attributes, inputs);
    const isKept = keepsConvolutions && CONVOLUTIONS.has(current.operator);
    const rule = isKept ? undefined : (rules[current.operator] as Rule<OperatorName> | undefined);
    const better = fold(current) ?? shrinkOperands(current) ?? expandLater(current) ?? rule?.(current);
    const result = better ? visit(better) : unique(current);
    done.set(node, result);
    done.set(result, result);
    return result;
  };
  const unique = (node: Tensor): Tensor => {
    const inputs = node.inputs.map((input) => identity.get(input));
    const key = `${node.operator} ${attributesText(node.attributes)} ${inputs}`;
    const same = byStructure.get(key);
    if (same) return same;
    byStructure.set(key, node);
    identity.set(node, identity.size);
    return node;
  };

  for (const node of topologicalOrder(Object.values(graph.outputs))) visit(node);
  return {
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, visit(node)])),
  };
}
