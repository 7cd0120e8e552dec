import * as g from "../build.ts";
import type { Tensor, Window } from "../node.ts";
import { gatherPixels, indices } from "./gather-pixels.ts";

type Axis = 0 | 1;

/** If a product gives fewer floats per position than this, moving them costs more than the operator. */
const FEWEST_OUTPUTS = 8;

/**
 * With stride s, s² neighbouring pixels of the result read the same pixels of Y, each with its own part of the kernel.
 * So one product gives s² pixels for every point of a grid that is s times as coarse as the result; the last Gather
 * puts them in order and drops those outside the border.
 */
export function transposedAsProduct({
  inputs,
  attributes: { outputSize, ...window },
  shape,
}: Tensor<"ConvTranspose">): Tensor | undefined {
  const [y, kernel, bias] = inputs;
  const [batch, height, width, channelsIn] = y!.shape as [number, number, number, number];
  const channels = kernel!.shape[2]!;
  const isMixed = ([0, 1] as const).some((axis) => window.strides[axis] > 1 && window.dilations[axis] > 1);
  if (isMixed || window.strides[0] * window.strides[1] * channels < FEWEST_OUTPUTS) return undefined;
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    gridAxis(kernel!.shape[axis]!, outputSize[axis], window, axis),
  ) as [GridAxis, GridAxis];

  const sources = indices(
    [rows.count, columns.count, rows.taps, columns.taps],
    ([i, j, a, b]) => [rows.first + i! - rows.step * a!, columns.first + j! - columns.step * b!],
    [height, width],
  );
  const places = gatherPixels(g.reshape(y!, [batch, height * width, channelsIn]), sources);
  const neighbours = rows.taps * columns.taps * channelsIn;
  const phases = rows.phases * columns.phases;
  const product = g.gemm(
    g.reshape(places, [-1, neighbours]),
    kernelByPhase(kernel!, rows, columns, neighbours),
    bias && g.reshape(g.expand(bias, [phases, channels]), [phases * channels]),
  );

  const pixels = g.reshape(product, [batch, rows.count * columns.count * phases, channels]);
  const order = Array.from({ length: outputSize[0] * outputSize[1] }, (_, pixel) => {
    const [i, r] = place(rows, Math.floor(pixel / outputSize[1]));
    const [j, s] = place(columns, pixel % outputSize[1]);
    return ((i * columns.count + j) * rows.phases + r) * columns.phases + s;
  });
  return g.reshape(gatherPixels(pixels, order), shape);
}

/** How the pixels of a transposed convolution's result lie on the grid, along one axis. */
interface GridAxis {
  /** Pixels of the result at one grid point. */
  readonly phases: number;
  /** Pixels of Y that a grid point reads, and their spacing. */
  readonly taps: number;
  readonly step: number;
  /** Pixel of Y that the first grid point reads with its first tap. */
  readonly first: number;
  readonly count: number;
  readonly before: number;
}

function gridAxis(kernel: number, size: number, { strides, pads, dilations }: Window, axis: Axis): GridAxis {
  const [phases, before] = [strides[axis], pads[axis]];
  const first = Math.floor(before / phases);
  const count = Math.floor((size - 1 + before) / phases) - first + 1;
  return { phases, taps: Math.ceil(kernel / phases), step: dilations[axis], first, count, before };
}

/** Grid point of a pixel of the result, and its index (phase) there. */
function place({ phases, first, before }: GridAxis, pixel: number): [number, number] {
  return [Math.floor((pixel + before) / phases) - first, (pixel + before) % phases];
}

/** From [kernelHeight, kernelWidth, out, in] to [taps × in, phases × out]; the kernel's element is tap·phases + phase. */
function kernelByPhase(kernel: Tensor, rows: GridAxis, columns: GridAxis, neighbours: number): Tensor {
  const [height, width, outputs, inputs] = kernel.shape as [number, number, number, number];
  const tall = g.pad(kernel, 0, 0, rows.taps * rows.phases - height);
  const whole = g.pad(tall, 1, 0, columns.taps * columns.phases - width);
  const split = g.reshape(whole, [rows.taps, rows.phases, columns.taps, columns.phases, outputs, inputs]);
  return g.reshape(g.transpose(split, [0, 2, 5, 1, 3, 4]), [neighbours, -1]);
}
