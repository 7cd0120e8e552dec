import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { ones, zeros } from "./initializers.ts";
import { UnfitInput } from "./layers/rule.ts";
import type { Scope } from "./scope.ts";

const EPSILON = 1e-5;

function scaleAndShift(scope: Scope, x: Tensor): Tensor {
  const features = [x.shape.at(-1)!];
  const scale = scope.parameter("scale", features, ones, { decay: false });
  const shift = scope.parameter("shift", features, zeros, { decay: false });
  return g.add(g.mul(x, scale), shift);
}

function standardize(x: Tensor, mean: Tensor, variance: Tensor): Tensor {
  return g.div(g.sub(x, mean), g.sqrt(g.add(variance, EPSILON)));
}

/**
 * Batch normalisation over all axes except the last, so that each channel of images is standardised (Ioffe &
 * Szegedy 2015, algorithm 1). Training uses the batch's own mean and variance and moves the running ones towards them by
 * `1 − momentum`; evaluation uses the running ones. As in PyTorch, the running variance is the unbiased one.
 * @param momentum decay of the running statistics per step, in [0, 1)
 * @throws {UnfitInput} when a feature has only one value to train on
 */
export function batchNorm(scope: Scope, x: Tensor, momentum = 0.9): Tensor {
  const features = [x.shape.at(-1)!];
  const runningMean = scope.state("running_mean", features, 0);
  const runningVariance = scope.state("running_variance", features, 1);
  if (!scope.training) return scaleAndShift(scope, standardize(x, runningMean, runningVariance));

  const batchAxes = x.shape.map((_, axis) => axis).slice(0, -1);
  const count = batchAxes.reduce((product, axis) => product * x.shape[axis]!, 1);
  if (count === 1)
    throw new UnfitInput("a batch of one has no spread to normalise by, so batchSize must be 2 or more");
  const mean = g.reduceMean(x, batchAxes);
  const deviation = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(deviation, deviation), batchAxes);
  const unbiased = g.mul(variance, count / (count - 1));
  const moved = (running: Tensor, current: Tensor) =>
    g.stopGradient(g.add(g.mul(running, momentum), g.mul(current, 1 - momentum)));
  scope.updateState("running_mean", moved(runningMean, mean));
  scope.updateState("running_variance", moved(runningVariance, unbiased));
  return scaleAndShift(scope, standardize(x, mean, variance));
}

/**
 * Layer normalisation over the last axis (Ba, Kiros & Hinton 2016, eq. 4): the same in training and evaluation. In an
 * image each pixel is standardised over its channels.
 */
export function layerNorm(scope: Scope, x: Tensor): Tensor {
  const mean = g.reduceMean(x, [-1], true);
  const deviation = g.sub(x, mean);
  const variance = g.reduceMean(g.mul(deviation, deviation), [-1], true);
  return scaleAndShift(scope, standardize(x, mean, variance));
}

/**
 * Group normalisation (Wu & He 2018, eq. 7): each example by itself, each group of consecutive channels over all
 * places; scale and shift are of each channel.
 * @param x [batch, ...places, channels]
 * @param groups a divisor of the channels
 */
export function groupNorm(scope: Scope, x: Tensor, groups: number): Tensor {
  const [batch, channels] = [x.shape[0]!, x.shape.at(-1)!];
  const grouped = g.reshape(x, [batch, -1, groups, channels / groups]);
  const mean = g.reduceMean(grouped, [1, 3], true);
  const deviation = g.sub(grouped, mean);
  const variance = g.reduceMean(g.mul(deviation, deviation), [1, 3], true);
  return scaleAndShift(scope, g.reshape(standardize(grouped, mean, variance), x.shape));
}
