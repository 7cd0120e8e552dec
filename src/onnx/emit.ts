import { create, toBinary } from "@bufbuild/protobuf";
import { ConfigError } from "../common/errors.ts";
import { VERSION } from "../common/version.ts";
import { type Stored, storedValue } from "./fold-stored.ts";
import { modelNodes, traceFreeBatch } from "./free-batch.ts";
import { ModelProtoSchema, type ValueInfoProto } from "./generated/onnx_pb.ts";
import { batchSourceOf, modelInputs, valueInfo } from "./interface.ts";
import { lower } from "./lowering.ts";
import type { ModelGraph, ModelOptions } from "./model.ts";
import type { SymbolicGraph, SymbolicTensor } from "./symbolic.ts";
import { tensorFrom } from "./tensor-data.ts";
import { GraphWriter } from "./writer.ts";

/**
 * The newest opset that every target knows: ONNX Runtime native and web, and the ONNX checkers still in use. It is
 * the first to have everything the lowerings need (`Shape` with bounds: 15, `ScatterElements` that adds: 16).
 */
const OPSET_VERSION = 17;
/** The version of the file format that came with the opset. */
const IR_VERSION = 8;
const PRODUCER = { producerName: "vaekit", producerVersion: VERSION };

/**
 * Serializes a graph as an ONNX `ModelProto` of standard operators. The same graph gives the same bytes.
 * @throws {ConfigError} when names clash, or initializers do not match their inputs
 */
export function emitModel(graph: ModelGraph, options: ModelOptions = {}): Uint8Array {
  return serialize({ nodes: modelNodes(graph), outputs: graph.outputs, inputs: graph.inputs }, options);
}

/**
 * Serializes a graph that takes batches of any size: dimensions that grow with the batch are called `batch`.
 * @param build makes the graph for a given batch size; it must make the same nodes for every size, and only lengths
 *   along axes may depend on the size, as multiples of it
 * @throws {ConfigError} when the graph depends on the batch size in any other way; otherwise as {@link emitModel}
 */
export function emitFreeBatch(build: (batch: number) => ModelGraph, options: ModelOptions = {}): Uint8Array {
  return serialize(traceFreeBatch(build), options);
}

function serialize(graph: SymbolicGraph, options: ModelOptions): Uint8Array {
  const { declared, stored } = modelInputs(graph, options.initializers);
  const inputNames = [
    ...declared.map(({ attributes }) => attributes.name),
    ...stored.map(({ name }) => name),
  ];
  for (const name of Object.keys(graph.outputs))
    if (inputNames.includes(name))
      throw new ConfigError(`output ${name} has the name of an input; give it another name`);

  const reserved = [...inputNames, ...Object.keys(graph.outputs)];
  const writer = new GraphWriter(reserved, batchSourceOf(declared), options);
  const values = new Map<SymbolicTensor, string>();
  const known = new Map<SymbolicTensor, Stored>();
  for (const node of graph.nodes) {
    const found = options.plain
      ? storedValue(
          node,
          node.inputs.map((input) => known.get(input)),
          writer.weights,
        )
      : undefined;
    if (found) known.set(node, found);
    const inputs = node.inputs.map((input) => values.get(input)!);
    const isComputed = found && node.operator !== "Input" && node.operator !== "Constant";
    values.set(
      node,
      isComputed
        ? writer.initializer(tensorFrom(found.values, found.shape, "float32"))
        : lower(node, inputs, writer),
    );
  }
  for (const [name, tensor] of Object.entries(graph.outputs)) writer.output(name, values.get(tensor)!);

  const read = new Set(writer.nodes.flatMap(({ input }) => input));
  // What was computed of, or a kernel that is stored the other way round, is not read as it is.
  const isRead = (name: string) => !options.plain || read.has(name);
  const describe = (name: string, tensor: SymbolicTensor) =>
    valueInfo(name, tensor, options.descriptions?.[name]);
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    opsetImport: [{ domain: "", version: BigInt(OPSET_VERSION) }],
    ...PRODUCER,
    ...(options.docString === undefined ? {} : { docString: options.docString }),
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name ?? "graph",
      node: writer.nodes,
      initializer: [...stored, ...writer.initializers].filter(({ name }) => isRead(name)),
      input: declared.map((input) => describe(input.attributes.name, input)),
      output: Object.entries(graph.outputs).map(([name, tensor]) => describe(name, tensor)),
      valueInfo: intermediates(writer, values),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

/** Shapes and types of the values between inputs and outputs: what viewers show on the edges. */
function intermediates(writer: GraphWriter, values: ReadonlyMap<SymbolicTensor, string>): ValueInfoProto[] {
  const computed = new Set(writer.nodes.flatMap(({ output }) => output));
  return [...values].flatMap(([tensor, name]) => (computed.delete(name) ? [valueInfo(name, tensor)] : []));
}
