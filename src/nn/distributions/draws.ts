/**
 * Exact draws in double precision. Each uses a random number of uniform numbers in [0, 1).
 */
type Uniform = () => number;

/** Below this rate, draws are made by inversion. */
const REJECTION_FROM = 10;

/** By inversion for small rates, otherwise by transformed rejection, PTRS (Hörmann 1993). @param rate λ ≥ 0 */
export function drawPoisson(rate: number, uniform: Uniform): number {
  if (rate < REJECTION_FROM) return invertPoisson(rate, uniform());
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
  const accepted = 0.9277 - 3.6224 / (b - 2);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const margin = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / margin + b) * u + rate + 0.43);
    if (margin >= 0.07 && v <= accepted) return count;
    if (count < 0 || (margin < 0.013 && v > margin)) continue;
    const logDensity = count * Math.log(rate) - rate - logFactorial(count);
    if (Math.log(v) + logInverseAlpha - Math.log(a / (margin * margin) + b) <= logDensity) return count;
  }
}

function invertPoisson(rate: number, u: number): number {
  let probability = Math.exp(-rate);
  let below = probability;
  let count = 0;
  // Because of rounding, the sum of probabilities stops growing before it reaches 1.
  while (u >= below && probability > 0) {
    count++;
    probability *= rate / count;
    below += probability;
  }
  return count;
}

/** A Poisson variable whose rate is a gamma variable of this mean and of shape θ. */
export function drawNegativeBinomial(mean: number, inverseDispersion: number, uniform: Uniform): number {
  return drawPoisson((mean / inverseDispersion) * drawGamma(inverseDispersion, uniform), uniform);
}

/** A gamma variable of scale 1 (Marsaglia & Tsang 2000). @param shape above 0 */
export function drawGamma(shape: number, uniform: Uniform): number {
  if (shape < 1) return drawGamma(shape + 1, uniform) * (1 - uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(uniform);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** A standard normal variable (Box & Muller 1958). */
export function drawNormal(uniform: Uniform): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
  return radius * Math.cos(2 * Math.PI * uniform());
}

/** ln n! by Stirling's series, from 10! on right to 1e-12; below, the product itself. */
function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1;
    for (let i = 2; i <= n; i++) product *= i;
    return Math.log(product);
  }
  const inverse = 1 / (n * n);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / n;
  return (n + 0.5) * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI) + series;
}
