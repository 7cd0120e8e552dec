import { demand, demandType, demandWhole } from "../demand.ts";
import type { ElementType, Operators, Shape, Tensor, Window } from "../node.ts";

interface Signature {
  readonly shape: Shape;
  readonly type: ElementType;
}

const AXES = ["height", "width"] as const;

/** Pixels that a kernel of this length spans: dilation·(kernel − 1) + 1. */
export function spanOf(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** Positions of the kernel along an axis: ⌊(padded − span)/stride⌋ + 1; 0 or less when the kernel does not fit. */
export function placesOf(
  length: number,
  kernel: number,
  { strides, pads, dilations }: Window,
  axis: 0 | 1,
): number {
  const padded = length + pads[axis] + pads[axis + 2]!;
  return Math.floor((padded - spanOf(kernel, dilations[axis])) / strides[axis]) + 1;
}

/** The shape rule of Conv. */
export function convolution(window: Operators["Conv"], inputs: readonly Tensor[]): Signature {
  const [x, kernel, bias] = inputs;
  demandOperands(window, inputs);
  demand(x!.shape[3] === kernel!.shape[2], () => {
    return `an image of ${x!.shape[3]} channels was given to a kernel that takes ${kernel!.shape[2]}`;
  });
  const places = placesIn(window, x!, kernel!.shape);
  demandBias(bias, kernel!.shape[3]!);
  return { shape: [x!.shape[0]!, ...places, kernel!.shape[3]!], type: "float32" };
}

/** The shape rule of ConvTranspose. */
export function transposedConvolution(
  { outputSize, ...window }: Operators["ConvTranspose"],
  inputs: readonly Tensor[],
): Signature {
  const [y, kernel, bias] = inputs;
  demandOperands(window, inputs);
  demand(y!.shape[3] === kernel!.shape[3], () => {
    return `an image of ${y!.shape[3]} channels was given to a kernel that takes ${kernel!.shape[3]}`;
  });
  demandWhole(...outputSize);
  for (const axis of [0, 1] as const) {
    const given = y!.shape[axis + 1]!;
    const places = placesOf(outputSize[axis], kernel!.shape[axis]!, window, axis);
    demand(places === given, () => {
      return `an output ${AXES[axis]} of ${outputSize[axis]} would come from a ${AXES[axis]} of ${places}, not ${given}`;
    });
  }
  demandBias(bias, kernel!.shape[2]!);
  return { shape: [y!.shape[0]!, ...outputSize, kernel!.shape[2]!], type: "float32" };
}

/** The shape rule of ConvKernelGradient. */
export function convolutionKernelGradient(
  { kernelSize, ...window }: Operators["ConvKernelGradient"],
  inputs: readonly Tensor[],
): Signature {
  const [x, dy] = inputs;
  demandOperands(window, inputs);
  const places = placesIn(window, x!, kernelSize);
  const expected = [x!.shape[0]!, ...places, dy!.shape[3]!];
  demand(expected.join() === dy!.shape.join(), () => {
    return `a gradient of shape [${dy!.shape.join(", ")}] was given where [${expected.join(", ")}] is needed`;
  });
  return { shape: [...kernelSize, x!.shape[3]!, dy!.shape[3]!], type: "float32" };
}

function demandOperands({ strides, pads, dilations }: Window, inputs: readonly Tensor[]): void {
  demandType("float32", ...inputs);
  for (const { shape } of inputs.slice(0, 2))
    demand(shape.length === 4, () => {
      return `images [batch, height, width, channels] and a kernel of four axes are needed, not [${shape.join(", ")}]`;
    });
  demandWhole(...strides, ...pads, ...dilations);
  for (const step of [...strides, ...dilations])
    demand(step >= 1, () => `a stride or dilation of ${step} was given: 1 is the least`);
  for (const pad of pads) demand(pad >= 0, () => `padding of ${pad} is negative`);
}

function placesIn(window: Window, x: Tensor, kernelSize: readonly number[]): number[] {
  return ([0, 1] as const).map((axis) => {
    const length = x.shape[axis + 1]!;
    const places = placesOf(length, kernelSize[axis]!, window, axis);
    demand(places >= 1, () => {
      const padded = length + window.pads[axis] + window.pads[axis + 2]!;
      const span = spanOf(kernelSize[axis]!, window.dilations[axis]);
      return `a kernel that spans ${span} does not fit into a ${AXES[axis]} of ${padded}, padding included`;
    });
    return places;
  });
}

function demandBias(bias: Tensor | undefined, channels: number): void {
  demand(!bias || (bias.shape.length === 1 && bias.shape[0] === channels), () => {
    return `a bias of shape [${bias!.shape.join(", ")}] was given for ${channels} output channels`;
  });
}
