import { addDotProducts } from "./dot-products.ts";

export interface Moments {
  readonly mean: Float64Array;
  /** [values, values], over n. */
  readonly covariance: Float64Array;
}

/** Rows and columns that fit into the processor's cache together. */
const PANEL_ROWS = 256;
const BLOCK_COLUMNS = 64;

/** Mean first, then products of differences from it: exact even where values are far from 0. @param rows [n, values] */
export function momentsOf(rows: Float32Array, values: number): Moments {
  const examples = rows.length / values;
  const mean = new Float64Array(values);
  for (let at = 0; at < rows.length; at++) mean[at % values]! += rows[at]! / examples;

  const covariance = new Float64Array(values * values);
  for (let first = 0; first < examples; first += PANEL_ROWS) {
    const width = Math.min(PANEL_ROWS, examples - first);
    const panel = new Float64Array(values * width);
    for (let v = 0; v < values; v++)
      for (let e = 0; e < width; e++) panel[v * width + e] = rows[(first + e) * values + v]! - mean[v]!;
    for (let column = 0; column < values; column += BLOCK_COLUMNS) {
      const end = Math.min(values, column + BLOCK_COLUMNS);
      const block = panel.subarray(column * width, end * width);
      addDotProducts(
        block,
        panel.subarray(0, end * width),
        width,
        covariance.subarray(column * values),
        values,
      );
    }
  }
  for (let i = 0; i < values; i++)
    for (let j = 0; j <= i; j++) {
      covariance[i * values + j]! /= examples;
      covariance[j * values + i] = covariance[i * values + j]!;
    }
  return { mean, covariance };
}
