import { create } from "@bufbuild/protobuf";
import { ConfigError } from "../common/errors.ts";
import { sizeOf } from "../graph/node.ts";
import { shapeText } from "../graph/operators.ts";
import { type TensorProto, type ValueInfoProto, ValueInfoProtoSchema } from "./generated/onnx_pb.ts";
import type { ModelOptions } from "./model.ts";
import {
  dimensionText,
  isFixed,
  type SymbolicGraph,
  type SymbolicTensor,
  sameDimension,
} from "./symbolic.ts";
import { dataTypes, tensorFrom } from "./tensor-data.ts";
import type { BatchSource } from "./writer.ts";

/** A model's inputs and initializers. */
interface ModelInputs {
  readonly declared: readonly SymbolicTensor<"Input">[];
  readonly stored: readonly TensorProto[];
}

/** @throws {ConfigError} when the inputs listed, used and given as initializers do not go together */
export function modelInputs(
  graph: SymbolicGraph,
  initializers: ModelOptions["initializers"] = {},
): ModelInputs {
  const given = new Map(Object.entries(initializers));
  const used = uniqueInputs(graph.nodes);
  for (const { operator } of graph.inputs ?? [])
    if (operator !== "Input")
      throw new ConfigError(`${operator} is listed as a model input; list Input nodes only`);
  const listed = graph.inputs && uniqueInputs(graph.inputs);

  const declared = [...(listed ?? used).values()].filter(({ attributes }) => !given.has(attributes.name));
  const stored: TensorProto[] = [];
  for (const [name, node] of used) {
    const values = given.get(name);
    if (values) stored.push({ ...storedTensor(node, values), name });
    else if (listed && !listed.has(name))
      throw new ConfigError(
        `input ${name} is used but neither listed nor given a value; list it or give its value`,
      );
  }
  return { declared, stored };
}

/** The first input with an axis that grows with the batch. */
export function batchSourceOf(inputs: readonly SymbolicTensor<"Input">[]): BatchSource | undefined {
  for (const { attributes } of inputs)
    for (const [axis, dimension] of attributes.shape.entries())
      if (typeof dimension === "object")
        return { input: attributes.name, axis, multiple: dimension.multiple };
  return undefined;
}

export function valueInfo(
  name: string,
  { shape, type }: Pick<SymbolicTensor, "shape" | "type">,
  docString?: string,
): ValueInfoProto {
  const dim = shape.map((dimension) =>
    typeof dimension === "number"
      ? { value: { case: "dimValue" as const, value: BigInt(dimension) } }
      : { value: { case: "dimParam" as const, value: dimensionText(dimension) } },
  );
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType: dataTypes[type], shape: { dim } } } },
    ...(docString === undefined ? {} : { docString }),
  });
}

/** Inputs by name; nodes of the same name must agree, because they are one input of the model. */
function uniqueInputs(nodes: readonly SymbolicTensor[]): Map<string, SymbolicTensor<"Input">> {
  const inputs = new Map<string, SymbolicTensor<"Input">>();
  for (const node of nodes) {
    if (node.operator !== "Input") continue;
    const { name, shape, type } = node.attributes;
    const known = inputs.get(name)?.attributes ?? node.attributes;
    const agrees =
      known.type === type &&
      known.shape.length === shape.length &&
      known.shape.every((dimension, axis) => sameDimension(dimension, shape[axis]));
    if (!agrees)
      throw new ConfigError(
        `two inputs called ${name} differ in shape or type; give each input its own name`,
      );
    inputs.set(name, inputs.get(name) ?? node);
  }
  return inputs;
}

function storedTensor({ attributes }: SymbolicTensor<"Input">, values: Float32Array): TensorProto {
  const { name, shape, type } = attributes;
  if (type !== "float32")
    throw new ConfigError(`input ${name} is ${type}; only float32 inputs can be stored`);
  if (!isFixed(shape))
    throw new ConfigError(`input ${name} grows with the batch; only inputs of fixed shape can be stored`);
  if (values.length !== sizeOf(shape))
    throw new ConfigError(
      `${values.length} values were given for input ${name}; its shape ${shapeText(shape)} needs ${sizeOf(shape)}`,
    );
  return tensorFrom(values, shape, type);
}
