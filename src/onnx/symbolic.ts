import { ConfigError } from "../common/errors.ts";
import { type ElementType, type OperatorName, type Operators, type Shape, sizeOf } from "../graph/node.ts";

/** A length along one axis: fixed, or a multiple of the batch size, which is known only when the model runs. */
export type Dimension = number | BatchMultiple;

interface BatchMultiple {
  readonly multiple: number;
}

/** Attributes that are lengths along an axis, as `shape` is a list of them. */
export const lengthAttributes = ["start", "end", "before", "after"] as const;
type LengthAttribute = (typeof lengthAttributes)[number];

type SymbolicAttributes<A> = {
  readonly [P in keyof A]: P extends "shape"
    ? readonly Dimension[]
    : P extends LengthAttribute
      ? Dimension
      : A[P];
};

/** A tensor whose dimensions may depend on the batch size; every `Tensor` is one with fixed dimensions only. */
export type SymbolicTensor<K extends OperatorName = OperatorName> = {
  readonly [N in K]: {
    readonly operator: N;
    readonly attributes: SymbolicAttributes<Operators[N]>;
    readonly inputs: readonly SymbolicTensor[];
    readonly shape: readonly Dimension[];
    readonly type: ElementType;
  };
}[K];

/** A model as it is serialized. */
export interface SymbolicGraph {
  /** Every tensor once, inputs before their users. */
  readonly nodes: readonly SymbolicTensor[];
  readonly outputs: Readonly<Record<string, SymbolicTensor>>;
  /** The model's inputs in order, used or not. Default: the ones used, as they come in `nodes`. */
  readonly inputs?: readonly SymbolicTensor[] | undefined;
}

export function isFixed(shape: readonly Dimension[]): shape is Shape {
  return shape.every((dimension) => typeof dimension === "number");
}

export function sameDimension(a: Dimension | undefined, b: Dimension | undefined): boolean {
  return typeof a === "object" && typeof b === "object" ? a.multiple === b.multiple : a === b;
}

/** @throws {ConfigError} when more than one of the dimensions depends on the batch size */
export function product(dimensions: readonly Dimension[]): Dimension {
  const fixed = dimensions.filter((dimension) => typeof dimension === "number");
  const [grows, ...more] = dimensions.filter((dimension) => typeof dimension === "object");
  if (more.length > 0)
    throw new ConfigError(
      "a length grows with the square of the batch size; a free batch needs multiples of it",
    );
  const factor = sizeOf(fixed);
  return grows ? { multiple: factor * grows.multiple } : factor;
}

/** `784`, `batch` or `2*batch`: a dimension's name in models and messages. */
export function dimensionText(dimension: Dimension): string {
  if (typeof dimension === "number") return `${dimension}`;
  return dimension.multiple === 1 ? "batch" : `${dimension.multiple}*batch`;
}
