/**
 * Adds a·bᵀ to `out`: out[i·stride + j] += Σₑ a[i, e]·b[j, e]. Four rows by four at a time, so that each number read
 * is used four times.
 * @param a [rows, width], row-major
 * @param b [columns, width], row-major
 * @param out rows of `stride` numbers, of which the first `columns` are added to
 */
export function addDotProducts(
  a: Float64Array,
  b: Float64Array,
  width: number,
  out: Float64Array,
  stride = b.length / width,
): void {
  const rows = a.length / width;
  const columns = b.length / width;
  const wholeRows = rows - (rows % 4);
  const wholeColumns = columns - (columns % 4);
  for (let i = 0; i < wholeRows; i += 4)
    for (let j = 0; j < wholeColumns; j += 4)
      addTile(a, i * width, b, j * width, width, out, i * stride + j, stride);
  for (let i = 0; i < rows; i++)
    for (let j = i < wholeRows ? wholeColumns : 0; j < columns; j++) {
      let sum = 0;
      for (let e = 0; e < width; e++) sum += a[i * width + e]! * b[j * width + e]!;
      out[i * stride + j]! += sum;
    }
}

/** a·bᵀ, [rows, columns]. @see {@link addDotProducts} */
export function dotProducts(a: Float64Array, b: Float64Array, width: number): Float64Array {
  const out = new Float64Array((a.length / width) * (b.length / width));
  addDotProducts(a, b, width, out);
  return out;
}

/** [rows, columns] → [columns, rows] */
export function transpose(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  const out = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = matrix[i * columns + j]!;
  return out;
}

/** Sixteen sums in local variables, which the compiler keeps in registers. */
function addTile(
  a: Float64Array,
  firstA: number,
  b: Float64Array,
  firstB: number,
  width: number,
  out: Float64Array,
  at: number,
  stride: number,
): void {
  let [s00, s01, s02, s03] = [0, 0, 0, 0];
  let [s10, s11, s12, s13] = [0, 0, 0, 0];
  let [s20, s21, s22, s23] = [0, 0, 0, 0];
  let [s30, s31, s32, s33] = [0, 0, 0, 0];
  const [a1, a2, a3] = [firstA + width, firstA + 2 * width, firstA + 3 * width];
  const [b1, b2, b3] = [firstB + width, firstB + 2 * width, firstB + 3 * width];
  for (let e = 0; e < width; e++) {
    const x0 = a[firstA + e]!;
    const x1 = a[a1 + e]!;
    const x2 = a[a2 + e]!;
    const x3 = a[a3 + e]!;
    const y0 = b[firstB + e]!;
    const y1 = b[b1 + e]!;
    const y2 = b[b2 + e]!;
    const y3 = b[b3 + e]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  addFour(out, at, s00, s01, s02, s03);
  addFour(out, at + stride, s10, s11, s12, s13);
  addFour(out, at + 2 * stride, s20, s21, s22, s23);
  addFour(out, at + 3 * stride, s30, s31, s32, s33);
}

function addFour(out: Float64Array, at: number, s0: number, s1: number, s2: number, s3: number): void {
  out[at]! += s0;
  out[at + 1]! += s1;
  out[at + 2]! += s2;
  out[at + 3]! += s3;
}
