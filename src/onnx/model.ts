import type { Graph, Tensor } from "../graph/node.ts";

/** A graph and the interface it has as a model. */
export interface ModelGraph extends Graph {
  /** `Input` nodes in the order of the model's inputs, used or not. Default: the used ones, in topological order. */
  readonly inputs?: readonly Tensor[];
}

export interface ModelOptions {
  /** The graph's name. Default: `graph`. */
  readonly name?: string;
  readonly docString?: string;
  /** Documentation of inputs and outputs, by name. */
  readonly descriptions?: Readonly<Record<string, string>>;
  /** Additional metadata for the file. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Whether to write what most readers of the format know, rather than what ONNX Runtime is fastest with: for files that
   * are deployed. Default false.
   */
  readonly plain?: boolean;
  /**
   * Row-major values of float32 inputs, by name, that become part of the model instead of inputs.
   * Names that the graph does not use are left out of the model.
   */
  readonly initializers?: Readonly<Record<string, Float32Array>>;
}
