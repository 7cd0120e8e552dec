/**
 * Runs a program of one example in plain JavaScript: in a page that has no engine, and while a finger moves, when an
 * answer is wanted within a frame. Every operator writes into a buffer that is made once; products take four rows of
 * the weights at a time. 50-500-500-784 takes about 0.5 ms.
 */
import { DataError } from "../common/errors.ts";
import { sizeOf } from "../graph/node.ts";
import { type Operation, operationOf } from "./operations.ts";
import type { Program } from "./program.ts";

export class PlainFunction {
  private readonly buffers: Float32Array[];
  private readonly operations: { readonly run: Operation; readonly operands: readonly Float32Array[] }[] = [];
  private readonly inputs = new Map<string, Float32Array>();
  private readonly outputs: Readonly<Record<string, Float32Array>>;

  /**
   * @param tensors the model's, by name; inputs of the program that are not among them are given to {@link run}
   * @throws {DataError} for an operator that is not known here
   */
  constructor(program: Program, tensors: Readonly<Record<string, Float32Array>>) {
    this.buffers = program.nodes.map(({ operator, attributes, shape }) => {
      const name = String(attributes.name);
      const tensor = operator === "Input" ? tensors[name] : undefined;
      if (tensor) return tensor;
      const buffer = new Float32Array(sizeOf(shape));
      if (operator === "Input") this.inputs.set(name, buffer);
      return buffer;
    });
    for (const [index, node] of program.nodes.entries()) {
      if (node.operator === "Input") continue;
      const operands = node.inputs.map((at) => this.buffers[at]!);
      const shapes = node.inputs.map((at) => program.nodes[at]!.shape);
      const run = operationOf(node, shapes, this.buffers[index]!);
      if (node.operator === "Constant") run([]);
      else this.operations.push({ run, operands });
    }
    this.outputs = Object.fromEntries(
      Object.entries(program.outputs).map(([name, at]) => [name, this.buffers[at]!]),
    );
  }

  /** @returns results in buffers that the next call overwrites @throws {DataError} for inputs of another size */
  run(inputs: Readonly<Record<string, ArrayLike<number>>>): Readonly<Record<string, Float32Array>> {
    for (const [name, buffer] of this.inputs) {
      const given = inputs[name];
      if (given?.length !== buffer.length)
        throw new DataError(`${name} has ${given?.length ?? 0} values: the model takes ${buffer.length}`);
      buffer.set(given);
    }
    for (const { run, operands } of this.operations) run(operands);
    return this.outputs;
  }
}
