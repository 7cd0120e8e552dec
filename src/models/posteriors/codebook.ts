import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Scope } from "../../nn/scope.ts";

/** How a codebook is kept and learned. */
export interface CodebookSettings {
  /** Vectors in the codebook, K. */
  readonly codes: number;
  /** Length of each. */
  readonly dimensions: number;
  /** By moving averages of what is encoded to a code, or by the gradient. */
  readonly update: "averages" | "gradient";
  /** What the averages keep at each step. */
  readonly decay: number;
  /** A code used less than this share of the mean use is replaced; 0: none is. */
  readonly revive: number;
}

/** The vectors that codes stand for, [codes, dimensions]. */
export function codebookOf(scope: Scope, { codes, dimensions, update }: CodebookSettings): Tensor {
  // Made here, so that it belongs to the model outside of training too.
  scope.state("usage", [codes], 0);
  if (update === "averages") return scope.state("codebook", [codes, dimensions], 0);
  const begin = { distribution: "normal", standardDeviation: 1 } as const;
  const learned = scope.parameter("codebook", [codes, dimensions], begin, { decay: false });
  // A step changes parameters by the optimizer alone: replaced codes are moved by a state.
  return g.add(learned, scope.state("moved", [codes, dimensions], 0));
}

/** The index of the nearest code of each vector, the first of equally near ones. @param vectors [n, dimensions] @returns [n] */
export function nearestCode(vectors: Tensor, codebook: Tensor): Tensor {
  const [codes] = codebook.shape as [number];
  const lengths = g.reduceSum(g.mul(codebook, codebook), [1]);
  // −½·|z − e|² without |z|², which is the same for every code.
  const nearness = g.sub(g.gemm(vectors, codebook, undefined, { transB: true }), g.mul(lengths, 0.5));
  const isNearest = g.greaterOrEqual(nearness, g.reduceMax(nearness, [1], true));
  const fromLast = g.constant(Array.from({ length: codes }, (_, code) => codes - code));
  const place = g.reduceMax(g.where(isNearest, fromLast, 0), [1]);
  return g.cast(g.stopGradient(g.sub(codes, place)), "int64");
}

/**
 * Counts the use of the codes in a training step, moves them to what was encoded to them (van den Oord et al. 2017,
 * appendix A.1), and replaces those that are rarely used by vectors of the batch, drawn at random. Every use is 0 before
 * the first step, so that all codes begin at vectors of the first batch.
 * @param vectors what was encoded, [n, dimensions]
 * @param index the nearest code of each, [n]
 * @returns exp of the entropy of the batch's codes: how many codes would be used, were all used equally
 */
export function updateCodebook(
  scope: Scope,
  settings: CodebookSettings,
  vectors: Tensor,
  index: Tensor,
): Tensor {
  const { codes, dimensions, update, decay, revive } = settings;
  const fixed = g.stopGradient(vectors);
  const [count] = vectors.shape as [number, number];
  const counts = g.scatterAdd(g.constant(0, [codes]), index, g.constant(1, [count]));
  const usage = scope.state("usage", [codes], 0);
  const averaged = g.add(g.mul(usage, decay), g.mul(counts, 1 - decay));
  const codebook = g.stopGradient(codebookOf(scope, settings));

  let next = codebook;
  if (update === "averages") {
    const sums = g.scatterAdd(g.constant(0, [codes, dimensions]), index, fixed);
    const column = (x: Tensor) => g.reshape(x, [codes, 1]);
    const moved = g.add(g.mul(codebook, g.mul(column(usage), decay)), g.mul(sums, 1 - decay));
    const isUsed = g.greater(column(averaged), LEAST_USE);
    next = g.where(isUsed, g.div(moved, g.max(column(averaged), LEAST_USE)), codebook);
  }
  const mean = count / codes;
  let nextUsage: Tensor = averaged;
  if (revive > 0) {
    const isDead = g.less(averaged, revive * mean);
    // Φ of a normal number is uniform.
    const noise = scope.normalNoise("revival", [codes]);
    const uniform = g.mul(g.add(g.erf(g.mul(noise, Math.SQRT1_2)), 1), 0.5);
    const chosen = g.cast(g.min(g.mul(uniform, count), count - 1), "int64");
    next = g.where(g.reshape(isDead, [codes, 1]), g.gather(fixed, chosen), next);
    nextUsage = g.where(isDead, mean, averaged);
  }
  scope.updateState("usage", g.stopGradient(nextUsage));
  if (update === "averages") scope.updateState("codebook", g.stopGradient(next));
  else {
    const moved = scope.state("moved", [codes, dimensions], 0);
    scope.updateState("moved", g.stopGradient(g.add(moved, g.sub(next, codebook))));
  }
  const share = g.div(counts, count);
  return g.stopGradient(g.exp(g.neg(g.reduceSum(g.mul(share, g.log(g.add(share, 1e-10)))))));
}

/** Examples a step: below it, the mean of what is encoded to a code has no meaning. */
const LEAST_USE = 1e-6;
