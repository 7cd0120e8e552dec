/** Convolutions in float64, term by term as their definition has it: y[n,i,j,o] += x[n,p,q,c]·k[a,b,c,o]. */
import { type Shape, sizeOf, type Tensor, type Window } from "../../src/graph/node.ts";

/** Positions of the pixel, the kernel element and the result's pixel of one product. */
type Visit = (x: number, kernel: number, y: number) => void;

interface Shapes {
  readonly x: Shape;
  readonly kernel: Shape;
  readonly y: Shape;
}

/** Visits every product of a convolution whose image, kernel and result have these shapes. */
export function forEachProduct({ strides, pads, dilations }: Window, shapes: Shapes, visit: Visit): void {
  const [batch, height, width, inputs] = shapes.x as [number, number, number, number];
  const [kernelHeight, kernelWidth, , outputs] = shapes.kernel as [number, number, number, number];
  const [, rows, columns] = shapes.y as [number, number, number, number];
  for (let n = 0; n < batch; n++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let a = 0; a < kernelHeight; a++)
          for (let b = 0; b < kernelWidth; b++) {
            const p = i * strides[0] + a * dilations[0] - pads[0];
            const q = j * strides[1] + b * dilations[1] - pads[1];
            if (p < 0 || p >= height || q < 0 || q >= width) continue;
            for (let c = 0; c < inputs; c++)
              for (let o = 0; o < outputs; o++)
                visit(
                  ((n * height + p) * width + q) * inputs + c,
                  ((a * kernelWidth + b) * inputs + c) * outputs + o,
                  ((n * rows + i) * columns + j) * outputs + o,
                );
          }
}

/** A tensor of the bias at every pixel, or of zeros. */
function biased(shape: Shape, bias: Float64Array | undefined): Float64Array {
  const result = new Float64Array(sizeOf(shape));
  return bias ? result.map((_, index) => bias[index % bias.length]!) : result;
}

export function convolution(node: Tensor<"Conv">, [x, kernel, bias]: readonly Float64Array[]): Float64Array {
  const result = biased(node.shape, bias);
  const shapes = { x: node.inputs[0]!.shape, kernel: node.inputs[1]!.shape, y: node.shape };
  forEachProduct(node.attributes, shapes, (p, k, q) => {
    result[q]! += x![p]! * kernel![k]!;
  });
  return result;
}

export function transposedConvolution(
  node: Tensor<"ConvTranspose">,
  [y, kernel, bias]: readonly Float64Array[],
): Float64Array {
  const result = biased(node.shape, bias);
  const shapes = { x: node.shape, kernel: node.inputs[1]!.shape, y: node.inputs[0]!.shape };
  forEachProduct(node.attributes, shapes, (p, k, q) => {
    result[p]! += y![q]! * kernel![k]!;
  });
  return result;
}

export function convolutionKernelGradient(
  node: Tensor<"ConvKernelGradient">,
  [x, dy]: readonly Float64Array[],
): Float64Array {
  const result = new Float64Array(sizeOf(node.shape));
  const shapes = { x: node.inputs[0]!.shape, kernel: node.shape, y: node.inputs[1]!.shape };
  forEachProduct(node.attributes, shapes, (p, k, q) => {
    result[k]! += x![p]! * dy![q]!;
  });
  return result;
}
