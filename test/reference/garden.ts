import fc from "fast-check";
import * as g from "../../src/graph/build.ts";
import { type Shape, sameShape, sizeOf, type Tensor } from "../../src/graph/node.ts";
import { broadcastShapes } from "../../src/graph/operators.ts";
import { print } from "../../src/graph/print.ts";

/** Tensors stay small, so that graphs are computed thousands of times in a test. */
export const MAX_ELEMENTS = 60;

/** Answers every question a step has from one list of random numbers, so that shrinking the list simplifies the graph. */
export class Choices {
  private readonly numbers: readonly number[];
  private next = 0;

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  below(limit: number): number {
    const number = this.numbers[this.next++ % this.numbers.length]!;
    return number % limit;
  }

  of<T>(options: readonly T[]): T {
    return options[this.below(options.length)]!;
  }

  /** The latest tensors are chosen most, which makes graphs deep. */
  recent<T>(options: readonly T[]): T {
    return options[options.length - 1 - Math.min(this.below(options.length), this.below(options.length))]!;
  }
}

/** A graph while it grows. */
export class Garden {
  readonly inputs: Tensor<"Input">[] = [];
  readonly tensors: Tensor[] = [];

  input(shape: Shape): Tensor {
    const tensor = g.input(`x${this.inputs.length}`, shape) as Tensor<"Input">;
    this.inputs.push(tensor);
    return tensor;
  }

  [fc.toStringMethod](): string {
    return print({ outputs: Object.fromEntries(this.tensors.entries()) });
  }

  /** A tensor already there that fits, or a new input. */
  fitting(choices: Choices, shape: Shape): Tensor {
    const fits = this.tensors.filter((tensor) => sameShape(tensor.shape, shape));
    return fits.length > 0 && choices.below(3) > 0 ? choices.recent(fits) : this.input(shape);
  }

  /** A tensor whose shape broadcasts with another. */
  companion(choices: Choices, other: Tensor): Tensor {
    const fits = this.tensors.filter(({ shape }) => broadcastSize(shape, other.shape) <= MAX_ELEMENTS);
    if (fits.length > 0 && choices.below(3) > 0) return choices.recent(fits);
    const shape = other.shape.slice(choices.below(other.shape.length + 1));
    return this.fitting(
      choices,
      shape.map((dimension) => (choices.below(3) === 0 ? 1 : dimension)),
    );
  }
}

function broadcastSize(a: Shape, b: Shape): number {
  const compatible = a.every((dimension, axis) => {
    const other = b[axis - a.length + b.length] ?? 1;
    return dimension === other || dimension === 1 || other === 1;
  });
  return compatible ? sizeOf(broadcastShapes(a, b)) : Number.POSITIVE_INFINITY;
}
