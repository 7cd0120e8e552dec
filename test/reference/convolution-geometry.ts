import fc from "fast-check";
import type { Conv2dOptions } from "../../src/graph/convolution/convolution.ts";
import type { Window } from "../../src/graph/node.ts";

/** One convolution: everything but the numbers. */
export interface Geometry {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: readonly [number, number];
  readonly window: Window;
  readonly biased: boolean;
}

interface Axis {
  readonly length: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

const axis: fc.Arbitrary<Axis> = fc
  .record({
    length: fc.integer({ min: 1, max: 11 }),
    kernel: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 1, max: 4 }),
    dilation: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 3 })),
    before: fc.integer({ min: 0, max: 4 }),
    after: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ length, kernel, dilation, before, after }) => length + before + after > dilation * (kernel - 1));

/** An axis that does nothing: images of height 1 are sequences. */
const flat: fc.Arbitrary<Axis> = fc.constant({
  length: 1,
  kernel: 1,
  stride: 1,
  dilation: 1,
  before: 0,
  after: 0,
});

/** What layers of networks use: the kernel is a multiple of the stride, and padding is even. */
const halving: fc.Arbitrary<Axis> = fc
  .record({
    length: fc.integer({ min: 4, max: 13 }),
    kernel: fc.constantFrom(2, 4),
    before: fc.integer({ min: 0, max: 1 }),
  })
  .map(({ length, kernel, before }) => ({ length, kernel, stride: 2, dilation: 1, before, after: before }));

export const geometry: fc.Arbitrary<Geometry> = fc
  .record({
    batch: fc.integer({ min: 1, max: 3 }),
    rows: fc.oneof({ weight: 3, arbitrary: axis }, flat, halving),
    columns: fc.oneof({ weight: 3, arbitrary: axis }, halving),
    inputs: fc.integer({ min: 1, max: 5 }),
    outputs: fc.integer({ min: 1, max: 5 }),
    biased: fc.boolean(),
  })
  .map(({ rows, columns, ...rest }) => ({
    ...rest,
    size: [rows.length, columns.length],
    kernel: [rows.kernel, columns.kernel],
    window: {
      strides: [rows.stride, columns.stride],
      pads: [rows.before, columns.before, rows.after, columns.after],
      dilations: [rows.dilation, columns.dilation],
    },
  }));

export function optionsOf({ strides, pads, dilations }: Window): Conv2dOptions {
  const [top, left, bottom, right] = pads;
  return {
    stride: strides,
    padding: [
      [top, bottom],
      [left, right],
    ],
    dilation: dilations,
  };
}

/** Places of the kernel along an axis, by trying them. */
export function countPlaces({ size, kernel, window }: Geometry, axis: 0 | 1): number {
  const { strides, pads, dilations } = window;
  const end = size[axis] + pads[axis + 2]!;
  let places = 0;
  while (-pads[axis] + places * strides[axis] + (kernel[axis] - 1) * dilations[axis] < end) places++;
  return places;
}
