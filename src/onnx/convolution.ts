/** Convolutions with ONNX's own operators, whose images are [batch, channels, height, width]. */
import type { OperatorName } from "../graph/node.ts";
import { integers } from "./attributes.ts";
import type { AttributeProto } from "./generated/onnx_pb.ts";
import type { SymbolicTensor } from "./symbolic.ts";
import { tensorFrom } from "./tensor-data.ts";
import type { GraphWriter } from "./writer.ts";

type Lowering<K extends OperatorName> = (
  node: SymbolicTensor<K>,
  inputs: readonly string[],
  writer: GraphWriter,
) => string;

const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];
/** From [kernelHeight, kernelWidth, in, out] to ONNX's [out, in, kernelHeight, kernelWidth]. */
const KERNEL = [3, 2, 0, 1];

export const convolution: Lowering<"Conv"> = (node, [x, kernel, ...bias], writer) => {
  const { strides, pads, dilations } = node.attributes;
  const weights = kernelOf(writer, node.inputs[1]!, kernel!);
  const operands = [permuted(writer, x!, TO_CHANNELS_FIRST), weights, ...bias];
  const window = [
    integers("strides", strides),
    integers("pads", pads),
    integers("dilations", dilations),
    ...kernelShape(writer, node.inputs[1]!),
  ];
  return permuted(writer, writer.node("Conv", operands, window), TO_CHANNELS_LAST);
};

export const transposedConvolution: Lowering<"ConvTranspose"> = (node, [y, kernel, ...bias], writer) => {
  const { strides, pads, dilations, outputSize } = node.attributes;
  const [small, kernelTensor] = node.inputs;
  const outputPadding = ([0, 1] as const).map((axis) => {
    const span = dilations[axis] * (fixed(kernelTensor!, axis) - 1) + 1;
    const least = (fixed(small!, axis + 1) - 1) * strides[axis] + span - pads[axis] - pads[axis + 2]!;
    return outputSize[axis] - least;
  });
  const operands = [
    permuted(writer, y!, TO_CHANNELS_FIRST),
    kernelOf(writer, kernelTensor!, kernel!),
    ...bias,
  ];
  const result = writer.node("ConvTranspose", operands, [
    integers("strides", strides),
    integers("pads", pads),
    integers("dilations", dilations),
    integers("output_padding", outputPadding),
    ...kernelShape(writer, kernelTensor!),
  ]);
  return permuted(writer, result, TO_CHANNELS_LAST);
};

/**
 * Batch and channels are swapped, and so are stride and dilation. Pixels that no kernel reached make the result too
 * large, so it is cut.
 */
export const convolutionKernelGradient: Lowering<"ConvKernelGradient"> = (node, [x, dy], writer) => {
  const { strides, pads, dilations, kernelSize } = node.attributes;
  const channelsAsBatch = [3, 0, 1, 2];
  const result = writer.node(
    "Conv",
    [permuted(writer, x!, channelsAsBatch), permuted(writer, dy!, channelsAsBatch)],
    [integers("strides", dilations), integers("pads", pads), integers("dilations", strides)],
  );
  const bounds = [[0, 0], kernelSize, [2, 3]].map((values) => writer.dimensions(values));
  return permuted(writer, writer.node("Slice", [result, ...bounds]), [2, 3, 0, 1]);
};

/** The kernel as ONNX wants it; in plain files stored weights lie in the file that way, where readers look for them. */
function kernelOf(writer: GraphWriter, kernel: SymbolicTensor, value: string): string {
  const shape = kernel.shape as readonly number[];
  const source = kernel.operator === "Reshape" ? kernel.inputs[0]! : kernel;
  const weights = source.operator === "Input" ? writer.weights[source.attributes.name] : undefined;
  if (!writer.plain || !weights) return permuted(writer, value, KERNEL);
  const [height, width, first, second] = shape as readonly [number, number, number, number];
  const turned = new Float32Array(weights.length);
  let at = 0;
  for (let out = 0; out < second; out++)
    for (let into = 0; into < first; into++)
      for (let place = 0; place < height * width; place++)
        turned[at++] = weights[(place * first + into) * second + out]!;
  return writer.initializer(tensorFrom(turned, [second, first, height, width], "float32"));
}

function kernelShape(writer: GraphWriter, kernel: SymbolicTensor): AttributeProto[] {
  return writer.plain ? [integers("kernel_shape", [fixed(kernel, 0), fixed(kernel, 1)])] : [];
}

function permuted(writer: GraphWriter, value: string, permutation: readonly number[]): string {
  return writer.node("Transpose", [value], [integers("perm", permutation)]);
}

function fixed(tensor: SymbolicTensor, axis: number): number {
  return tensor.shape[axis] as number;
}
