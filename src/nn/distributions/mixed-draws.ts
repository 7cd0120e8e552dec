import { drawNegativeBinomial, drawNormal } from "./draws.ts";
import type { MixedColumn } from "./mixed-column.ts";

type Values = Readonly<Record<string, Float32Array>>;

/** One draw of each value of a table's rows. @param parameters of the mixed distribution, as evaluated */
export function drawMixed(
  columns: readonly MixedColumn[],
  parameters: Values,
  uniform: () => number,
): Float32Array {
  return parameters.mean!.map((_, i) => drawValue(columns, parameters, i, uniform));
}

/** @param i counts the values of all rows */
function drawValue(
  columns: readonly MixedColumn[],
  { mean, logVariance, logInverseDispersion, logits }: Values,
  i: number,
  uniform: () => number,
): number {
  const [position, row] = [i % columns.length, Math.floor(i / columns.length)];
  const column = columns[position]!;
  switch (column.kind) {
    case "real":
      return mean![i]! + Math.exp(0.5 * logVariance![i]!) * drawNormal(uniform);
    case "binary":
      return uniform() < mean![i]! ? 1 : 0;
    case "count":
      return drawNegativeBinomial(mean![i]!, Math.exp(logInverseDispersion![i]!), uniform);
    case "categorical": {
      const classes = logits!.length / mean!.length;
      const first = row * classes * columns.length + position;
      const own = Array.from({ length: column.classes }, (_, k) => logits![first + k * columns.length]!);
      return drawClass(own, uniform());
    }
  }
}

function drawClass(logits: readonly number[], u: number): number {
  const largest = Math.max(...logits);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  let rest = u * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    if (rest < weight) return index;
    rest -= weight;
  }
  return weights.length - 1;
}
