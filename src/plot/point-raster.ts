/** Many points drawn straight into pixels: tens of thousands take milliseconds, where SVG takes seconds. */
import { type Colour, filledPixels, type Pixels } from "./pixels.ts";

export type PointShape = "disc" | "square" | "triangle" | "diamond" | "ring";

export interface PointStyle {
  readonly colour: Colour;
  readonly shape: PointShape;
}

export interface PointRasterOptions {
  readonly width: number;
  readonly height: number;
  /** Of a disc, in pixels; other shapes have about the area of the disc. */
  readonly radius: number;
  /** 0 to 1. */
  readonly opacity: number;
  readonly background: Colour;
}

/** Centres are rounded to this part of a pixel, so that a shape is worked out once for each place it can have. */
const PHASES = 8;

/**
 * Points drawn over one another with smooth edges, in an order that mixes the whole list, so that in sorted data the
 * last class does not hide the others.
 * @param x n pixels from the left; y n pixels from the top. Points outside are cut off, those not finite left out.
 * @param styleOf the style of each point by its index
 */
export function pointRaster(
  x: Float64Array,
  y: Float64Array,
  styleOf: (index: number) => PointStyle,
  { width, height, radius, opacity, background }: PointRasterOptions,
): Pixels {
  const canvas = new Float32Array(filledPixels(width, height, background).data);

  const reach = Math.ceil(radius * LARGEST_EXTENT + 1);
  const stampsOf = new Map<PointShape, Float32Array[]>();
  const stride = mixingStride(x.length);
  for (let count = 0, index = 0; count < x.length; count++, index = (index + stride) % x.length) {
    const left = Math.floor(x[index]!);
    const top = Math.floor(y[index]!);
    const inside = left >= -reach && left < width + reach && top >= -reach && top < height + reach;
    if (!inside) continue;
    const { colour, shape } = styleOf(index);
    const stamps = stampsOf.get(shape) ?? shapeStamps(shape, radius, reach);
    stampsOf.set(shape, stamps);
    const phase = Math.floor((y[index]! - top) * PHASES) * PHASES + Math.floor((x[index]! - left) * PHASES);
    drawStamp(
      canvas,
      width,
      height,
      stamps[phase]!,
      left - reach,
      top - reach,
      2 * reach + 1,
      colour,
      opacity,
    );
  }
  const data = new Uint8Array(canvas.length);
  for (let at = 0; at < data.length; at++) data[at] = Math.round(canvas[at]!);
  return { width, height, channels: 3, data };
}

/** Near the golden section and prime to n, so that multiples of it visit everything, far apart. */
function mixingStride(n: number): number {
  let stride = Math.max(1, Math.round(n * 0.618));
  while (greatestCommonDivisor(stride, n) !== 1) stride++;
  return stride;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function drawStamp(
  canvas: Float32Array,
  width: number,
  height: number,
  stamp: Float32Array,
  left: number,
  top: number,
  size: number,
  [red, green, blue]: Colour,
  opacity: number,
): void {
  for (let row = Math.max(0, -top); row < Math.min(size, height - top); row++)
    for (let column = Math.max(0, -left); column < Math.min(size, width - left); column++) {
      const weight = opacity * stamp[row * size + column]!;
      if (weight === 0) continue;
      const at = 3 * ((top + row) * width + left + column);
      canvas[at]! += weight * (red - canvas[at]!);
      canvas[at + 1]! += weight * (green - canvas[at + 1]!);
      canvas[at + 2]! += weight * (blue - canvas[at + 2]!);
    }
}

/** How much of each pixel a shape covers, for each phase of its centre: squares of (2 reach + 1)² pixels. */
function shapeStamps(shape: PointShape, radius: number, reach: number): Float32Array[] {
  const size = 2 * reach + 1;
  return Array.from({ length: PHASES ** 2 }, (_, phase) => {
    const centreX = reach + ((phase % PHASES) + 0.5) / PHASES;
    const centreY = reach + (Math.floor(phase / PHASES) + 0.5) / PHASES;
    return Float32Array.from({ length: size * size }, (_, pixel) => {
      const dx = (pixel % size) + 0.5 - centreX;
      const dy = Math.floor(pixel / size) + 0.5 - centreY;
      return Math.min(1, Math.max(0, 0.5 - DISTANCE[shape](dx, dy, radius)));
    });
  });
}

const LARGEST_EXTENT = 1.6;

/** Signed distance from a shape's edge in pixels, negative inside. */
const DISTANCE: Record<PointShape, (dx: number, dy: number, radius: number) => number> = {
  disc: (dx, dy, radius) => Math.hypot(dx, dy) - radius,
  square: (dx, dy, radius) => Math.max(Math.abs(dx), Math.abs(dy)) - 0.886 * radius,
  diamond: (dx, dy, radius) => (Math.abs(dx) + Math.abs(dy) - 1.253 * radius) * Math.SQRT1_2,
  triangle: (dx, dy, radius) => Math.max(0.866 * Math.abs(dx) - 0.5 * dy, dy) - 0.778 * radius,
  ring: (dx, dy, radius) => Math.abs(Math.hypot(dx, dy) - 0.9 * radius) - 0.35 * radius,
};
