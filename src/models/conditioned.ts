import { ConfigError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import * as g from "../graph/build.ts";
import type { Tensor } from "../graph/node.ts";
import { zeros } from "../nn/initializers.ts";
import type { Scope } from "../nn/scope.ts";
import type { LatentDensity, Posterior } from "./latent.ts";

/** @throws {ConfigError} when nothing says what each example is conditioned on */
export function requireY(y: Tensor | undefined): Tensor {
  if (!y)
    throw new ConfigError(
      `the model is conditioned on labels and none were given: give one, as in ${asSetting("given", { label: 7 })}`,
    );
  return y;
}

/** Repeats the conditions of examples for each of their rows. @param y [examples, width] @returns [rows, width] */
export function forEachRow(y: Tensor, rows: number): Tensor {
  const [examples, width] = y.shape as [number, number];
  if (examples === rows) return y;
  return g.reshape(g.expand(g.reshape(y, [examples, 1, width]), [examples, rows / examples, width]), [
    rows,
    width,
  ]);
}

/**
 * Examples with their conditions: additional values of a row, or additional channels, constant over positions.
 * @param x [batch, …shape]
 * @param axes of places that the first layer reads; undefined: it reads all values of a row
 */
export function withCondition(x: Tensor, y: Tensor, axes: number | undefined): Tensor {
  const [batch, width] = y.shape as [number, number];
  if (axes === undefined) return g.concat([g.reshape(x, [batch, -1]), y], 1);
  const places = x.shape.slice(1, 1 + axes);
  const image = x.shape.length === 1 + axes ? g.reshape(x, [...x.shape, 1]) : x;
  const everywhere = g.expand(g.reshape(y, [batch, ...places.map(() => 1), width]), [
    batch,
    ...places,
    width,
  ]);
  return g.concat([image, everywhere], image.shape.length - 1);
}

/**
 * p(z|y) of a prior that is moved and scaled by the condition: z = m(y) + s(y)·u with u from the prior. At first m is 0
 * and s is 1.
 * @param y [rows, conditions]
 */
export function conditionedDensity(
  scope: Scope,
  prior: LatentDensity,
  y: Tensor,
  latent: number,
): LatentDensity {
  const of = (name: string) =>
    g.gemm(y, scope.parameter(name, [y.shape[1]!, latent], zeros, { decay: false }));
  const shift = of("shift");
  const logScale = of("log_scale");
  const [rows] = y.shape as [number];
  /** Of each point: [rows, 1 …, latent]. */
  const fitting = (x: Tensor, point: Tensor) =>
    g.reshape(x, [rows, ...point.shape.slice(1, -1).map(() => 1), latent]);
  const undone = (point: Tensor) =>
    g.mul(g.sub(point, fitting(shift, point)), g.exp(g.neg(fitting(logScale, point))));
  const sumOfScales = (point: Tensor) => {
    const sums = g.reduceSum(logScale, [1]);
    return g.reshape(sums, [rows, ...point.shape.slice(1, -1).map(() => 1)]);
  };
  /** q of u, where q of z is normal with independent dimensions. */
  const posteriorOf = (q: Posterior): Posterior | undefined =>
    q.logVariance && { ...q, mean: undone(q.mean), logVariance: g.sub(q.logVariance, g.mul(logScale, 2)) };
  return {
    logProb: (point) => g.sub(prior.logProb(undone(point)), sumOfScales(point)),
    noise: prior.noise,
    sample: (noise) => g.add(shift, g.mul(g.exp(logScale), prior.sample(noise))),
    kl: (q) => {
      const moved = posteriorOf(q);
      return moved && prior.kl?.(moved);
    },
  };
}
