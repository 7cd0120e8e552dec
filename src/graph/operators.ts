import {
  convolution,
  convolutionKernelGradient,
  transposedConvolution,
} from "./convolution/convolution-shapes.ts";
import { demand, demandType, demandWhole } from "./demand.ts";
import {
  type ElementType,
  type OperatorName,
  type Operators,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  type Tensor,
} from "./node.ts";

/** Shape and type of a node, inferred from its inputs and attributes alone. */
interface Signature {
  readonly shape: Shape;
  readonly type: ElementType;
}

type Rule<K extends OperatorName> = (attributes: Operators[K], inputs: readonly Tensor[]) => Signature;

/** NumPy broadcasting of any number of shapes. @throws {ShapeError} when two dimensions differ and neither is 1. */
export function broadcastShapes(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    let dimension = 1;
    for (const shape of shapes) {
      const own = shape[axis - rank + shape.length] ?? 1;
      if (own === 1) continue;
      if (dimension !== 1 && dimension !== own)
        throw new ShapeError(`shapes ${shapes.map(shapeText).join(" and ")} do not broadcast together`);
      dimension = own;
    }
    return dimension;
  });
}

/** `[128, 784]` */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

function demandAxis(axis: number, shape: Shape): void {
  demand(Number.isInteger(axis) && axis >= 0 && axis < shape.length, () =>
    shape.length === 0
      ? `axis ${axis} was given for a scalar, which has none`
      : `axis ${axis} is outside the axes 0 to ${shape.length - 1} of ${shapeText(shape)}`,
  );
}

const shapes = (inputs: readonly Tensor[]) => inputs.map((input) => input.shape);

const elementwise =
  (inputType: ElementType = "float32", resultType: ElementType = inputType) =>
  (_: unknown, inputs: readonly Tensor[]): Signature => {
    demandType(inputType, ...inputs);
    return { shape: broadcastShapes(...shapes(inputs)), type: resultType };
  };

/** Float or int64 arithmetic; comparison of the same. */
const arithmetic =
  (resultType?: ElementType) =>
  (_: unknown, inputs: readonly Tensor[]): Signature => {
    const type = inputs[0]!.type;
    demand(type !== "bool", () => "arithmetic on bool tensors is not defined: cast them");
    demandType(type, ...inputs);
    return { shape: broadcastShapes(...shapes(inputs)), type: resultType ?? type };
  };

const reduction = (
  { axes, keepDimensions }: Operators["ReduceSum"],
  [input]: readonly Tensor[],
): Signature => {
  demandType("float32", input!);
  for (const axis of axes) demandAxis(axis, input!.shape);
  demand(new Set(axes).size === axes.length, () => `the axes ${shapeText(axes)} name one axis twice`);
  const reduced = input!.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  return {
    shape: keepDimensions ? reduced : reduced.filter((_, axis) => !axes.includes(axis)),
    type: input!.type,
  };
};

const alongAxis = ({ axis }: Operators["Softmax"], [input]: readonly Tensor[]): Signature => {
  demandType("float32", input!);
  demandAxis(axis, input!.shape);
  return input!;
};

function replaced(shape: Shape, axis: number, ...dimensions: readonly number[]): Shape {
  return [...shape.slice(0, axis), ...dimensions, ...shape.slice(axis + 1)];
}

/** The shape rule of every operator. A rule throws {@link ShapeError}; the line that builds the node reports it. */
export const signatures: { readonly [K in OperatorName]: Rule<K> } = {
  Input: (attributes) => attributes,
  Constant: ({ value, shape, type }) => {
    demand(
      typeof value === "number" || value.length === sizeOf(shape),
      () =>
        `${(value as readonly number[]).length} values were given for a constant of shape ${shapeText(shape)}`,
    );
    return { shape, type };
  },
  StopGradient: (_, [input]) => input!,

  Neg: elementwise(),
  Abs: elementwise(),
  Sign: elementwise(),
  Exp: elementwise(),
  Log: elementwise(),
  Sqrt: elementwise(),
  Reciprocal: elementwise(),
  Erf: elementwise(),
  Sin: elementwise(),
  Cos: elementwise(),
  Sigmoid: elementwise(),
  Tanh: elementwise(),
  Softplus: elementwise(),
  Relu: elementwise(),
  Elu: elementwise(),
  LeakyRelu: elementwise(),
  HardSigmoid: elementwise(),
  Not: elementwise("bool"),
  IsNaN: (_, [input]) => {
    demandType("float32", input!);
    return { shape: input!.shape, type: "bool" };
  },
  Cast: ({ to }, [input]) => ({ shape: input!.shape, type: to }),

  Add: arithmetic(),
  Sub: arithmetic(),
  Mul: arithmetic(),
  Div: arithmetic(),
  Pow: elementwise(),
  Max: arithmetic(),
  Min: arithmetic(),
  Less: arithmetic("bool"),
  LessOrEqual: arithmetic("bool"),
  Greater: arithmetic("bool"),
  GreaterOrEqual: arithmetic("bool"),
  Equal: arithmetic("bool"),
  And: elementwise("bool"),
  Or: elementwise("bool"),
  Where: (_, inputs) => {
    const [condition, then, otherwise] = inputs;
    demandType("bool", condition!);
    demandType(then!.type, otherwise!);
    return { shape: broadcastShapes(...shapes(inputs)), type: then!.type };
  },

  Gemm: ({ transA, transB }, [a, b, c]) => {
    demandType("float32", a!, b!);
    demand(a!.shape.length === 2 && b!.shape.length === 2, () => {
      return `two matrices are needed, not ${shapeText(a!.shape)} and ${shapeText(b!.shape)}`;
    });
    const [rows, inner] = transA ? [...a!.shape].reverse() : a!.shape;
    const [innerB, columns] = transB ? [...b!.shape].reverse() : b!.shape;
    demand(inner === innerB, () => {
      const left = `${shapeText(a!.shape)}${transA ? " transposed" : ""}`;
      return `the inner dimensions of ${left} and ${shapeText(b!.shape)}${transB ? " transposed" : ""} differ`;
    });
    const shape = [rows!, columns!];
    if (c) {
      demandType("float32", c);
      demand(sameShape(broadcastShapes(shape, c.shape), shape), () => {
        return `a term of shape ${shapeText(c.shape)} cannot be added to a product of shape ${shapeText(shape)}`;
      });
    }
    return { shape, type: "float32" };
  },
  MatMul: (_, [a, b]) => {
    demandType("float32", a!, b!);
    const [inner, innerB] = [a!.shape.at(-1), b!.shape.at(-2)];
    demand(a!.shape.length >= 2 && b!.shape.length >= 2 && inner === innerB, () => {
      return `matrices of shapes ${shapeText(a!.shape)} and ${shapeText(b!.shape)} cannot be multiplied`;
    });
    const batch = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
    return { shape: [...batch, a!.shape.at(-2)!, b!.shape.at(-1)!], type: "float32" };
  },

  Conv: convolution,
  ConvTranspose: transposedConvolution,
  ConvKernelGradient: convolutionKernelGradient,

  ReduceSum: reduction,
  ReduceMean: reduction,
  ReduceMax: reduction,
  SumSoftplus: (_, [input]) => {
    demandType("float32", input!);
    demandAxis(0, input!.shape);
    return { shape: input!.shape.slice(0, -1), type: "float32" };
  },
  Softmax: alongAxis,
  LogSoftmax: alongAxis,

  Reshape: ({ shape }, [input]) => {
    demand(sizeOf(shape) === sizeOf(input!.shape), () => {
      return `a tensor of shape ${shapeText(input!.shape)} cannot be reshaped to ${shapeText(shape)}`;
    });
    return { shape, type: input!.type };
  },
  Expand: ({ shape }, [input]) => {
    demand(sameShape(broadcastShapes(input!.shape, shape), shape), () => {
      return `a tensor of shape ${shapeText(input!.shape)} cannot be expanded to ${shapeText(shape)}`;
    });
    return { shape, type: input!.type };
  },
  Transpose: ({ permutation }, [input]) => {
    demand(
      [...permutation].sort((a, b) => a - b).join() === input!.shape.map((_, axis) => axis).join(),
      () => {
        return `${shapeText(permutation)} is not a permutation of the axes of ${shapeText(input!.shape)}`;
      },
    );
    return { shape: permutation.map((axis) => input!.shape[axis]!), type: input!.type };
  },
  Concat: ({ axis }, inputs) => {
    demand(inputs.length > 0, () => "no tensors were given: join at least one");
    const first = inputs[0]!;
    demandAxis(axis, first.shape);
    demandType(first.type, ...inputs);
    for (const { shape } of inputs)
      demand(sameShape(shape, replaced(first.shape, axis, shape[axis]!)), () => {
        return `tensors of shapes ${shapeText(first.shape)} and ${shapeText(shape)} cannot be joined along axis ${axis}`;
      });
    const length = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
    return { shape: replaced(first.shape, axis, length), type: first.type };
  },
  Slice: ({ axis, start, end }, [input]) => {
    demandAxis(axis, input!.shape);
    const length = input!.shape[axis]!;
    demandWhole(start, end);
    demand(0 <= start && start < end && end <= length, () => {
      return `the slice ${start} to ${end} is outside axis ${axis} of ${shapeText(input!.shape)}`;
    });
    return { shape: replaced(input!.shape, axis, end - start), type: input!.type };
  },
  Pad: ({ axis, before, after }, [input]) => {
    demandAxis(axis, input!.shape);
    demandWhole(before, after);
    demand(before >= 0 && after >= 0, () => `padding of ${before} and ${after} is negative`);
    return { shape: replaced(input!.shape, axis, before + input!.shape[axis]! + after), type: input!.type };
  },
  Gather: ({ axis }, [data, indices]) => {
    demandAxis(axis, data!.shape);
    demandType("int64", indices!);
    return { shape: replaced(data!.shape, axis, ...indices!.shape), type: data!.type };
  },
  ScatterAdd: ({ axis }, [data, indices, updates]) => {
    demandAxis(axis, data!.shape);
    demandType("int64", indices!);
    demandType("float32", data!, updates!);
    const expected = replaced(data!.shape, axis, ...indices!.shape);
    demand(sameShape(updates!.shape, expected), () => {
      return `updates of shape ${shapeText(updates!.shape)} were given where ${shapeText(expected)} is needed`;
    });
    return { shape: data!.shape, type: data!.type };
  },
};
