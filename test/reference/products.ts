import { type Shape, sizeOf } from "../../src/graph/node.ts";
import { broadcastStrides, positions } from "./layout.ts";

interface Matrix {
  readonly data: Float64Array;
  readonly offset: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** Adds A[rows, inner]·B[inner, columns] to a row-major result. */
function accumulateProduct(
  a: Matrix,
  b: Matrix,
  [rows, inner, columns]: readonly [number, number, number],
  result: Float64Array,
  offset: number,
): void {
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++) {
      const factor = a.data[a.offset + i * a.rowStride + k * a.columnStride]!;
      let from = b.offset + k * b.rowStride;
      let to = offset + i * columns;
      for (let j = 0; j < columns; j++, from += b.columnStride) result[to++]! += factor * b.data[from]!;
    }
}

function rowMajor(data: Float64Array, columns: number, offset = 0): Matrix {
  return { data, offset, rowStride: columns, columnStride: 1 };
}

function transposed(matrix: Matrix): Matrix {
  return { ...matrix, rowStride: matrix.columnStride, columnStride: matrix.rowStride };
}

/** op(A)·op(B) for matrices, added to what the result already holds. */
export function gemm(
  a: Float64Array,
  b: Float64Array,
  shapes: { readonly a: Shape; readonly b: Shape },
  { transA, transB }: { readonly transA: boolean; readonly transB: boolean },
  result: Float64Array,
): void {
  const plainA = rowMajor(a, shapes.a[1]!);
  const plainB = rowMajor(b, shapes.b[1]!);
  const [rows, inner] = transA ? [shapes.a[1]!, shapes.a[0]!] : [shapes.a[0]!, shapes.a[1]!];
  const columns = transB ? shapes.b[0]! : shapes.b[1]!;
  accumulateProduct(
    transA ? transposed(plainA) : plainA,
    transB ? transposed(plainB) : plainB,
    [rows, inner, columns],
    result,
    0,
  );
}

/** Stacks of matrices; all axes but the last two broadcast. */
export function matmul(
  a: Float64Array,
  b: Float64Array,
  shapes: { readonly a: Shape; readonly b: Shape; readonly result: Shape },
): Float64Array {
  const result = new Float64Array(sizeOf(shapes.result));
  const batch = shapes.result.slice(0, -2);
  const [rows, inner] = [shapes.a.at(-2)!, shapes.a.at(-1)!];
  const columns = shapes.b.at(-1)!;
  const whichA = positions(batch, broadcastStrides(shapes.a.slice(0, -2), batch));
  const whichB = positions(batch, broadcastStrides(shapes.b.slice(0, -2), batch));
  for (let index = 0; index < sizeOf(batch); index++)
    accumulateProduct(
      rowMajor(a, inner, whichA[index]! * rows * inner),
      rowMajor(b, columns, whichB[index]! * inner * columns),
      [rows, inner, columns],
      result,
      index * rows * columns,
    );
  return result;
}
