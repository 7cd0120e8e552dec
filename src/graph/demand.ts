import { type ElementType, ShapeError, type Tensor } from "./node.ts";

/** Checks for shape rules: each throws {@link ShapeError} with the shapes it got. */
export function demand(condition: boolean, message: () => string): void {
  if (!condition) throw new ShapeError(message());
}

export function demandWhole(...counts: readonly number[]): void {
  for (const count of counts) demand(Number.isInteger(count), () => `${count} is not a whole number`);
}

export function demandType(type: ElementType, ...inputs: readonly Tensor[]): void {
  for (const input of inputs)
    demand(
      input.type === type,
      () => `a tensor of type ${input.type} was given where ${type} is needed: cast it`,
    );
}
