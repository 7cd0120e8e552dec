/**
 * One step of Adam (Kingma & Ba, ICLR 2015, algorithm 1) or, with decoupled decay, of AdamW (Loshchilov &
 * Hutter, ICLR 2019, algorithm 2), in one pass over parameters, gradients and both moments.
 */

import { clippedGradient, summedGradient } from "./gradient";
import { loadUpTo, storeUpTo } from "./lanes";

/**
 * @param toOthers as for `summedGradient`
 * @param retained 1 − learning rate · decoupled weight decay
 * @param stepSize learning rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 * @param epsilon ε · √(1 − β₂ᵗ)
 */
export function adam(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  firstMoment: usize,
  secondMoment: usize,
  length: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  retained: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  stepSize: f32,
  epsilon: f32,
): void {
  const tail = length & 3;
  const end = parameters + 4 * (length - tail);
  while (parameters < end) {
    adamLanes(parameters, gradients, toOthers, firstMoment, secondMoment, 4, gradientScale, clipValue, l2,
      retained, beta1, oneMinusBeta1, beta2, oneMinusBeta2, stepSize, epsilon);
    parameters += 16;
    gradients += 16;
    firstMoment += 16;
    secondMoment += 16;
  }
  if (tail != 0)
    adamLanes(parameters, gradients, toOthers, firstMoment, secondMoment, tail, gradientScale, clipValue, l2,
      retained, beta1, oneMinusBeta1, beta2, oneMinusBeta2, stepSize, epsilon);
}

@inline
function adamLanes(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  firstMoment: usize,
  secondMoment: usize,
  lanes: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  retained: f32,
  beta1: f32,
  oneMinusBeta1: f32,
  beta2: f32,
  oneMinusBeta2: f32,
  stepSize: f32,
  epsilon: f32,
): void {
  const theta = loadUpTo(parameters, lanes);
  const g = f32x4.add(
    clippedGradient(summedGradient(gradients, toOthers, lanes), gradientScale, clipValue),
    f32x4.mul(f32x4.splat(l2), theta),
  );
  const m = f32x4.add(
    f32x4.mul(f32x4.splat(beta1), loadUpTo(firstMoment, lanes)),
    f32x4.mul(f32x4.splat(oneMinusBeta1), g),
  );
  const v = f32x4.add(
    f32x4.mul(f32x4.splat(beta2), loadUpTo(secondMoment, lanes)),
    f32x4.mul(f32x4.splat(oneMinusBeta2), f32x4.mul(g, g)),
  );
  storeUpTo(firstMoment, lanes, m);
  storeUpTo(secondMoment, lanes, v);
  const direction = f32x4.div(m, f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon)));
  const decayed = f32x4.mul(theta, f32x4.splat(retained));
  storeUpTo(parameters, lanes, f32x4.sub(decayed, f32x4.mul(f32x4.splat(stepSize), direction)));
}
