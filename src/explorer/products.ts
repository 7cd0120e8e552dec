import type { Shape, Window } from "../graph/node.ts";

interface ProductSize {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly transA: boolean;
  readonly transB: boolean;
}

/** y += op(a)·op(b), row-major; b is read in order, four of its rows at a time, where it is not transposed. */
export function gemm(
  a: Float32Array,
  b: Float32Array,
  { rows, inner, columns, transA, transB }: ProductSize,
  y: Float32Array,
): void {
  const at = (row: number, k: number) => a[transA ? k * rows + row : row * inner + k]!;
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    if (transB) {
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let k = 0, from = j * inner; k < inner; k++) sum += at(row, k) * b[from + k]!;
        y[to + j]! += sum;
      }
      continue;
    }
    let k = 0;
    for (; k + 4 <= inner; k += 4) {
      const [a0, a1, a2, a3] = [at(row, k), at(row, k + 1), at(row, k + 2), at(row, k + 3)];
      const o0 = k * columns;
      const [o1, o2, o3] = [o0 + columns, o0 + 2 * columns, o0 + 3 * columns];
      for (let j = 0; j < columns; j++)
        y[to + j]! += a0 * b[o0 + j]! + a1 * b[o1 + j]! + a2 * b[o2 + j]! + a3 * b[o3 + j]!;
    }
    for (; k < inner; k++) {
      const factor = at(row, k);
      for (let j = 0, from = k * columns; j < columns; j++) y[to + j]! += factor * b[from + j]!;
    }
  }
}

interface Shapes {
  readonly x: Shape;
  readonly kernel: Shape;
  readonly y: Shape;
}

/** Of one example. @param operands x [1, h, w, in], kernel [kh, kw, in, out], bias [out] if any */
export function convolution(
  [x, kernel, bias]: readonly Float32Array[],
  shapes: Shapes,
  window: Window,
  out: Float32Array,
): void {
  const [inputs, outputs] = [shapes.kernel[2]!, shapes.kernel[3]!];
  fillWith(out, bias);
  forEachOverlap(shapes, window, (from, tap, to) => {
    for (let c = 0; c < inputs; c++) {
      const value = x![from * inputs + c]!;
      const at = (tap * inputs + c) * outputs;
      for (let o = 0; o < outputs; o++) out[to * outputs + o]! += value * kernel![at + o]!;
    }
  });
}

/** Of one example. @param operands y [1, h, w, in], kernel [kh, kw, out, in], bias [out] if any */
export function transposedConvolution(
  [y, kernel, bias]: readonly Float32Array[],
  shapes: Shapes,
  window: Window,
  out: Float32Array,
): void {
  const [outputs, inputs] = [shapes.kernel[2]!, shapes.kernel[3]!];
  fillWith(out, bias);
  forEachOverlap(shapes, window, (to, tap, from) => {
    for (let o = 0; o < outputs; o++) {
      const at = (tap * outputs + o) * inputs;
      let sum = 0;
      for (let c = 0; c < inputs; c++) sum += y![from * inputs + c]! * kernel![at + c]!;
      out[to * outputs + o]! += sum;
    }
  });
}

function fillWith(out: Float32Array, bias: Float32Array | undefined): void {
  if (!bias) out.fill(0);
  else for (let at = 0; at < out.length; at += bias.length) out.set(bias, at);
}

/** Pixels of the larger image that kernel elements read for pixels of the smaller one. */
function forEachOverlap(
  { x, kernel, y }: Shapes,
  { strides, pads, dilations }: Window,
  visit: (inLarger: number, tap: number, inSmaller: number) => void,
): void {
  const [, height, width] = x as [number, number, number, number];
  const [kernelHeight, kernelWidth] = kernel as [number, number, number, number];
  const [, rows, columns] = y as [number, number, number, number];
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      for (let a = 0; a < kernelHeight; a++) {
        const p = i * strides[0] + a * dilations[0] - pads[0];
        if (p < 0 || p >= height) continue;
        for (let b = 0; b < kernelWidth; b++) {
          const q = j * strides[1] + b * dilations[1] - pads[1];
          if (q >= 0 && q < width) visit(p * width + q, a * kernelWidth + b, i * columns + j);
        }
      }
}
