/**
 * Stochastic gradient descent, and with momentum: Polyak (1964), in the form of Sutskever et al., "On the
 * importance of initialization and momentum in deep learning" (ICML 2013), with the learning rate outside the
 * velocity.
 */

import { clippedGradient, summedGradient } from "./gradient";
import { flushTiny, loadUpTo, storeUpTo } from "./lanes";

/** θ ← θ − η·g. @param toOthers of `summedGradient` */
export function sgd(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  length: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
): void {
  const tail = length & 3;
  const end = parameters + 4 * (length - tail);
  while (parameters < end) {
    sgdLanes(parameters, gradients, toOthers, 4, gradientScale, clipValue, l2, learningRate);
    parameters += 16;
    gradients += 16;
  }
  if (tail != 0) sgdLanes(parameters, gradients, toOthers, tail, gradientScale, clipValue, l2, learningRate);
}

@inline
function sgdLanes(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  lanes: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
): void {
  const theta = loadUpTo(parameters, lanes);
  const clipped = clippedGradient(summedGradient(gradients, toOthers, lanes), gradientScale, clipValue);
  const g = f32x4.add(clipped, f32x4.mul(f32x4.splat(l2), theta));
  storeUpTo(parameters, lanes, f32x4.sub(theta, f32x4.mul(f32x4.splat(learningRate), g)));
}

/** v ← μ·v + g, then θ ← θ − η·v. @param toOthers of `summedGradient` */
export function momentum(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  velocity: usize,
  length: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
  mu: f32,
): void {
  const tail = length & 3;
  const end = parameters + 4 * (length - tail);
  while (parameters < end) {
    momentumLanes(parameters, gradients, toOthers, velocity, 4, gradientScale, clipValue, l2, learningRate, mu);
    parameters += 16;
    gradients += 16;
    velocity += 16;
  }
  if (tail != 0)
    momentumLanes(parameters, gradients, toOthers, velocity, tail, gradientScale, clipValue, l2, learningRate, mu);
}

@inline
function momentumLanes(
  parameters: usize,
  gradients: usize,
  toOthers: usize,
  velocity: usize,
  lanes: usize,
  gradientScale: f32,
  clipValue: f32,
  l2: f32,
  learningRate: f32,
  mu: f32,
): void {
  const theta = loadUpTo(parameters, lanes);
  const clipped = clippedGradient(summedGradient(gradients, toOthers, lanes), gradientScale, clipValue);
  const g = f32x4.add(clipped, f32x4.mul(f32x4.splat(l2), theta));
  const v = f32x4.add(f32x4.mul(f32x4.splat(mu), loadUpTo(velocity, lanes)), g);
  storeUpTo(velocity, lanes, flushTiny(v));
  storeUpTo(parameters, lanes, f32x4.sub(theta, f32x4.mul(f32x4.splat(learningRate), v)));
}
