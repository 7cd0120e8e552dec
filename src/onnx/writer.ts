import { create } from "@bufbuild/protobuf";
import { integer } from "./attributes.ts";
import {
  type AttributeProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
} from "./generated/onnx_pb.ts";
import type { ModelOptions } from "./model.ts";
import { type Dimension, dimensionText, isFixed, sameDimension } from "./symbolic.ts";
import { tensorOf } from "./tensor-data.ts";

/** Where a model reads its batch size at run time: an axis of an input, whose length is `multiple` · batch size. */
export interface BatchSource {
  readonly input: string;
  readonly axis: number;
  readonly multiple: number;
}

/** Special lengths of Reshape: copy the input's length on this axis, and infer the length. */
const COPIED = 0;
const REMAINING = -1;
/** Expand's value for keeping the input's length. */
const KEPT = 1;

/** Collects the nodes and initializers of a model and gives each value a unique name. */
export class GraphWriter {
  readonly nodes: NodeProto[] = [];
  readonly initializers: TensorProto[] = [];
  readonly #taken: Set<string>;
  readonly #counts = new Map<string, number>();
  readonly #shared = new Map<string, string>();
  readonly #published = new Map<string, string>();
  readonly #batchSource: BatchSource | undefined;
  /** Whether nodes are to be what most readers of the format know. */
  readonly plain: boolean;
  /** Values of inputs that are stored in the model, by name. */
  readonly weights: Readonly<Record<string, Float32Array>>;

  /** @param reserved names of inputs and outputs, which no other value may take */
  constructor(
    reserved: Iterable<string>,
    batchSource?: BatchSource,
    { plain = false, initializers = {} }: Pick<ModelOptions, "plain" | "initializers"> = {},
  ) {
    this.plain = plain;
    this.weights = initializers;
    this.#taken = new Set(reserved);
    this.#batchSource = batchSource;
  }

  /** Appends a node with one output. @returns the output's name, which is also the node's */
  node(operator: string, inputs: readonly string[], attributes: readonly AttributeProto[] = []): string {
    const name = this.#uniqueName(operator);
    this.nodes.push(
      create(NodeProtoSchema, {
        opType: operator,
        name,
        input: [...inputs],
        output: [name],
        attribute: [...attributes],
      }),
    );
    return name;
  }

  /** Makes a value an output of the model. */
  output(name: string, value: string): void {
    const producer = this.nodes.find((node) => node.output[0] === value);
    if (!producer) {
      const source = this.#published.get(value) ?? value;
      this.nodes.push(
        create(NodeProtoSchema, {
          opType: "Identity",
          name: this.#uniqueName("Identity"),
          input: [source],
          output: [name],
        }),
      );
      return;
    }
    this.#published.set(value, name);
    producer.output = [name];
    for (const node of this.nodes) node.input = node.input.map((input) => (input === value ? name : input));
  }

  /** @returns the name of an initializer that holds the tensor; equal tensors share one */
  initializer(tensor: TensorProto): string {
    // Latin-1 decoding is one to one, so equal text means equal bytes (0 and −0 differ).
    const content = new TextDecoder("latin1").decode(tensor.rawData);
    return this.#once(`${tensor.dataType}[${tensor.dims}]${content}`, () => {
      const name = this.#uniqueName("Constant");
      this.initializers.push({ ...tensor, name });
      return name;
    });
  }

  /** @returns the name of an int64 vector of these lengths; computed from the batch size where they depend on it */
  dimensions(lengths: readonly Dimension[]): string {
    if (isFixed(lengths)) return this.initializer(tensorOf(lengths, [lengths.length], "int64"));
    return this.#once(lengths.map(dimensionText).join(), () => {
      const parts = lengths.map((length) =>
        typeof length === "number" ? this.dimensions([length]) : this.#batches(length.multiple),
      );
      return parts.length === 1 ? parts[0]! : this.node("Concat", parts, [integer("axis", 0)]);
    });
  }

  /** Reshapes a value of shape `from`; the batch size is computed only if Reshape cannot infer it. */
  reshape(value: string, from: readonly Dimension[], to: readonly Dimension[]): string {
    if (from.length === to.length && to.every((length, axis) => sameDimension(length, from[axis])))
      return value;
    const lengths = to.map((length, axis) =>
      typeof length === "object" && sameDimension(length, from[axis]) ? COPIED : length,
    );
    const unknown = lengths.filter((length) => typeof length === "object").length;
    const target = unknown > 1 ? lengths : lengths.map((length) => (isFixed([length]) ? length : REMAINING));
    return this.node("Reshape", [value, this.dimensions(target)]);
  }

  /** Broadcasts a value of shape `from`; the batch size is computed only if the value does not have that axis yet. */
  expand(value: string, from: readonly Dimension[], to: readonly Dimension[]): string {
    const added = to.length - from.length;
    const lengths = to.map((length, axis) =>
      typeof length === "object" && sameDimension(length, from[axis - added]) ? KEPT : length,
    );
    return this.node("Expand", [value, this.dimensions(lengths)]);
  }

  #batches(multiple: number): string {
    return this.#once(`batch*${multiple}`, () => {
      const { input, axis, multiple: unit } = this.#batchSource!;
      if (multiple !== 1) return this.node("Mul", [this.#batches(1), this.dimensions([multiple])]);
      const length = this.node("Shape", [input], [integer("start", axis), integer("end", axis + 1)]);
      return unit === 1 ? length : this.node("Div", [length, this.dimensions([unit])]);
    });
  }

  #once(key: string, make: () => string): string {
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    const name = make();
    this.#shared.set(key, name);
    return name;
  }

  #uniqueName(stem: string): string {
    let count = this.#counts.get(stem) ?? 0;
    let name: string;
    do name = `${stem}_${++count}`;
    while (this.#taken.has(name));
    this.#counts.set(stem, count);
    return name;
  }
}
