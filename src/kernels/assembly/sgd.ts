/**
 * Stochastic gradient descent with momentum: Polyak (1964), in the form of Sutskever et al., "On the
 * importance of initialization and momentum in deep learning" (ICML 2013), with the learning rate outside the
 * velocity.
 */

import { clippedGradient, summedGradient } from "./gradient";
import { flushTiny, loadUpTo, storeUpTo } from "./lanes";

/** v ← μ·v + g, then θ ← θ − η·v. @param momentum μ @param toOthers as for `summedGradient` */
export function sgd(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  velocity: usize,
  length: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
  momentum: f32,
): void {
  const tail = length & 3;
  const end = parameters + 4 * (length - tail);
  while (parameters < end) {
    sgdLanes(parameters, gradients, toOthers, velocity, 4, gradientScale, clipValue, l2, learningRate, momentum);
    parameters += 16;
    gradients += 16;
    velocity += 16;
  }
  if (tail != 0)
    sgdLanes(parameters, gradients, toOthers, velocity, tail, gradientScale, clipValue, l2, learningRate, momentum);
}

@inline
function sgdLanes(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  velocity: usize,
  lanes: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
  momentum: f32,
): void {
  const theta = loadUpTo(parameters, lanes);
  const clipped = clippedGradient(summedGradient(gradients, toOthers, lanes), gradientScale, clipValue);
  const g = f32x4.add(clipped, f32x4.mul(f32x4.splat(l2), theta));
  const v = f32x4.add(f32x4.mul(f32x4.splat(momentum), loadUpTo(velocity, lanes)), g);
  storeUpTo(velocity, lanes, flushTiny(v));
  storeUpTo(parameters, lanes, f32x4.sub(theta, f32x4.mul(f32x4.splat(learningRate), v)));
}
