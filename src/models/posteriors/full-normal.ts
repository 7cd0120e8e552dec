import * as z from "zod";
import { ConfigError } from "../../common/errors.ts";
import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { standardNormalLogProb } from "../../nn/distributions/normal.ts";
import { compress } from "../../nn/distributions/stable.ts";
import type { PosteriorRule } from "../latent.ts";
import { boundedFactor, boundedLogVariance, boundedMean } from "./bounds.ts";

const settings = z.strictObject({ type: z.literal("full-normal") });

/** N(μ, L·Lᵀ): the head gives μ, the logarithms of L's diagonal, and L below it, row by row. */
export const fullNormal: PosteriorRule<z.output<typeof settings>> = {
  type: "full-normal",
  title: "N(mean, L·Lᵀ), L with exp(log_diagonal) on its diagonal and lower below it, row by row",
  settings,
  hasDensity: true,
  isDiagonalNormal: false,
  parameters: {
    mean: "Mean of q(z|x), for each latent dimension",
    logDiagonal: "Natural logarithm of the diagonal of the covariance's Cholesky factor",
    lower: "What stands below that diagonal, row by row",
  },
  units: (_, latent) => {
    if (latent < 2)
      throw new ConfigError(
        "posterior is full-normal but z has one dimension, which has no covariance: use posterior normal, or more dimensions",
      );
    return 2 * latent + below(latent);
  },
  split: (_, output, { latent }) => {
    const parts = g.split(output, 1, [latent, latent, below(latent)]) as [Tensor, Tensor, Tensor];
    return {
      mean: boundedMean(parts[0]),
      // Of σ: half of ln σ².
      logDiagonal: g.mul(boundedLogVariance(g.mul(parts[1], 2)), 0.5),
      lower: boundedFactor(parts[2]),
    };
  },
  posterior: (_, parameters) => {
    const { mean, logDiagonal, lower } = parameters as Record<"mean" | "logDiagonal" | "lower", Tensor>;
    const [batch, latent] = mean.shape as [number, number];
    const logDeterminant = g.reduceSum(logDiagonal, [1], true);
    const centre = g.reshape(mean, [batch, 1, latent]);
    const logProbOf = (noise: Tensor) => g.sub(standardNormalLogProb(noise), logDeterminant);
    return {
      mean,
      parameters,
      noise: [latent],
      draw: (noise) => ({
        // Rows of noise times Lᵀ.
        z: g.add(centre, g.matmul(noise!, g.transpose(factorOf(logDiagonal, lower), [0, 2, 1]))),
        noise: noise!,
        logProb: logProbOf(noise!),
      }),
      logProb: (point) => logProbOf(solved(g.sub(point, centre), logDiagonal, lower)),
    };
  },
};

function below(latent: number): number {
  return (latent * (latent - 1)) / 2;
}

/** L, [batch, latent, latent]. */
function factorOf(logDiagonal: Tensor, lower: Tensor): Tensor {
  const [batch, latent] = logDiagonal.shape as [number, number];
  const entries = g.concat([g.exp(logDiagonal), lower, g.mul(g.slice(logDiagonal, 1, 0, 1), 0)], 1);
  const zero = latent + below(latent);
  const places = Array.from({ length: latent * latent }, (_, at) => {
    const [row, column] = [Math.floor(at / latent), at % latent];
    if (row === column) return row;
    return row > column ? latent + below(row) + column : zero;
  });
  const index = g.constant(places, [latent * latent], "int64");
  return g.reshape(g.gather(entries, index, 1), [batch, latent, latent]);
}

/** Noise that points far outside of q would be made from: beyond, it grows like a logarithm, and its square is finite. */
const MOST_NOISE = 1e6;

/** ε with L·ε = deviation, row after row. @param deviation [batch, samples, latent] */
function solved(deviation: Tensor, logDiagonal: Tensor, lower: Tensor): Tensor {
  const [batch, latent] = logDiagonal.shape as [number, number];
  const scale = g.exp(g.neg(logDiagonal));
  const found: Tensor[] = [];
  for (let row = 0; row < latent; row++) {
    let rest = g.slice(deviation, 2, row, row + 1);
    if (row > 0) {
      const factors = g.reshape(g.slice(lower, 1, below(row), below(row) + row), [batch, 1, row]);
      const known = g.concat([...found], 2);
      rest = g.sub(rest, g.reduceSum(g.mul(known, factors), [2], true));
    }
    const own = g.mul(rest, g.reshape(g.slice(scale, 1, row, row + 1), [batch, 1, 1]));
    found.push(compress(own, MOST_NOISE));
  }
  return g.concat(found, 2);
}
