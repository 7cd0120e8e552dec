import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { zeros } from "../../nn/initializers.ts";
import type { Scope } from "../../nn/scope.ts";

/** Two numbers of each dimension, which depend on the dimensions before it and on a context. */
interface Autoregressive {
  /** [rows, dimensions] */
  readonly shift: Tensor;
  readonly scale: Tensor;
}

/**
 * A network of masked layers (MADE: Germain et al. 2015): outputs of dimension i see the inputs before i alone, and the
 * context. At first its outputs are 0 for any input.
 * @param point [rows, dimensions]
 * @param context [rows, features]
 * @param reversed whether the order of the dimensions is that from the last to the first
 */
export function maskedNetwork(
  scope: Scope,
  point: Tensor,
  context: Tensor,
  { hidden, reversed }: { hidden: number; reversed: boolean },
): Autoregressive {
  const dimensions = point.shape[1]!;
  /** Place of each dimension in the order, from 1. */
  const order = Array.from({ length: dimensions }, (_, i) => (reversed ? dimensions - i : i + 1));
  /** The greatest place that a hidden unit may see. */
  const degrees = Array.from({ length: hidden }, (_, unit) => 1 + (unit % Math.max(1, dimensions - 1)));
  const inner = g.add(
    masked(
      scope.child("hidden"),
      point,
      mask(order, degrees, (from, to) => from <= to),
    ),
    linear(scope.child("context"), context, hidden),
  );
  const seen = mask(degrees, [...order, ...order], (from, to) => from < to);
  const output = masked(scope.child("output"), g.tanh(inner), seen, true);
  const [shift, scale] = g.split(output, 1, [dimensions, dimensions]) as [Tensor, Tensor];
  return { shift, scale };
}

function mask(
  from: readonly number[],
  to: readonly number[],
  sees: (from: number, to: number) => boolean,
): Tensor {
  const values = from.flatMap((each) => to.map((other) => (sees(each, other) ? 1 : 0)));
  return g.constant(values, [from.length, to.length]);
}

function masked(scope: Scope, x: Tensor, seen: Tensor, beginsAtZero = false): Tensor {
  const [inputs, units] = seen.shape as [number, number];
  const begin = beginsAtZero
    ? zeros
    : ({ distribution: "normal", standardDeviation: Math.sqrt(1 / inputs) } as const);
  const weight = scope.parameter("weight", [inputs, units], begin, { decay: true });
  const bias = scope.parameter("bias", [units], zeros, { decay: false });
  return g.gemm(x, g.mul(weight, seen), bias);
}

function linear(scope: Scope, x: Tensor, units: number): Tensor {
  const standardDeviation = Math.sqrt(1 / x.shape[1]!);
  const weight = scope.parameter(
    "weight",
    [x.shape[1]!, units],
    { distribution: "normal", standardDeviation },
    { decay: true },
  );
  return g.gemm(x, weight);
}
