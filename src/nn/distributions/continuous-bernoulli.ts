import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { bernoulliLogProb } from "./bernoulli.ts";
import { type Distribution, sumObserved } from "./distribution.ts";
import { solveIncreasing } from "./marginals.ts";
import { polynomial } from "./stable.ts";

/**
 * Within this distance of l = 0, where λ = σ(l) is ½, the closed forms are differences of nearly equal numbers; their
 * Taylor series, truncated as below, are accurate to 3e-9.
 */
const SERIES_WITHIN = 0.5;
/** The same limit for the inverse cumulative distribution, whose series has one term. */
const SAMPLE_SERIES_WITHIN = 1e-2;

/**
 * Independent continuous Bernoulli variables on [0, 1] from logits (Loaiza-Ganem & Cunningham 2019, eq. 5–8): a
 * Bernoulli's formula with the constant that makes it a density, ln p(x) = x·l − ln(1 + eˡ) + ln(l / tanh(l/2)),
 * summed. Finite for any finite logit.
 */
export function continuousBernoulli(logits: Tensor): Distribution {
  const mean = g.where(nearZero(logits), meanSeries(logits), meanClosed(awayFromZero(logits)));
  return {
    logProb: (x, mask) => g.add(bernoulliLogProb(x, logits, mask), sumObserved(logNormalizer(logits), mask)),
    mean,
    mode: g.cast(g.greater(logits, 0), "float32"),
    noise: { distribution: "uniform", shape: mean.shape },
    sample: (uniform) => quantile(logits, uniform),
    parameters: { logits },
  };
}

/** Largest logit of a decoder. */
const LOGIT_BOUND = 50;

/**
 * Raw outputs as logits within ±50. Without the limit, a pixel that is always 0 drives its logit to −∞ and its density
 * to infinity, which outweighs all other pixels in the loss.
 */
export function boundedLogits(raw: Tensor): Tensor {
  return g.mul(g.tanh(g.mul(raw, 1 / LOGIT_BOUND)), LOGIT_BOUND);
}

/** Logits of the means that a decoder begins at: beyond, the limit of {@link boundedLogits} flattens its gradient. */
const LOGIT_AT_FIRST = 30;

/** The raw output whose distribution has this mean, for means from 0.034 to 0.966; beyond, that of the nearest. */
export function rawLogitOfMean(mean: number): number {
  const logit = solveIncreasing(meanOfLogit, mean, [-LOGIT_AT_FIRST, LOGIT_AT_FIRST]);
  return LOGIT_BOUND * Math.atanh(logit / LOGIT_BOUND);
}

/** ½ + ½/tanh(l/2) − 1/l, in double precision; near 0, where its terms cancel, ½ + l/12. */
function meanOfLogit(logit: number): number {
  return Math.abs(logit) < 1e-3 ? 0.5 + logit / 12 : 0.5 + 0.5 / Math.tanh(logit / 2) - 1 / logit;
}

function nearZero(logits: Tensor, within = SERIES_WITHIN): Tensor {
  return g.less(g.abs(logits), within);
}

/** Logits near zero replaced by 1, so that the closed form, which is unused there, has a finite gradient. */
function awayFromZero(logits: Tensor, within = SERIES_WITHIN): Tensor {
  return g.where(nearZero(logits, within), 1, logits);
}

/** ln C = ln(l / tanh(l/2)) = ln 2 + l²/12 − 7l⁴/1440 + 31l⁶/90720 − 127l⁸/4838400 + … */
function logNormalizer(logits: Tensor): Tensor {
  const safe = awayFromZero(logits);
  const closed = g.log(g.div(safe, g.tanh(g.mul(safe, 0.5))));
  const squared = g.mul(logits, logits);
  const series = polynomial(squared, [Math.LN2, 1 / 12, -7 / 1440, 31 / 90720, -127 / 4838400]);
  return g.where(nearZero(logits), series, closed);
}

/** ½ + ½/tanh(l/2) − 1/l */
function meanClosed(logits: Tensor): Tensor {
  const hyperbolic = g.div(0.5, g.tanh(g.mul(logits, 0.5)));
  return g.sub(g.add(0.5, hyperbolic), g.reciprocal(logits));
}

/** ½ + l/12 − l³/720 + l⁵/30240 − l⁷/1209600 + … */
function meanSeries(logits: Tensor): Tensor {
  const squared = g.mul(logits, logits);
  const odd = polynomial(squared, [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600]);
  return g.add(0.5, g.mul(logits, odd));
}

/**
 * The quantile of u: ln(1 + u·(eˡ − 1))/l; near l = 0, u + l·u(1 − u)/2. For
 * l > 0 by the symmetry x → 1 − x, so that nothing overflows.
 */
function quantile(logits: Tensor, uniform: Tensor): Tensor {
  const size = g.abs(awayFromZero(logits, SAMPLE_SERIES_WITHIN));
  const rising = g.greater(logits, 0);
  const share = g.where(rising, g.sub(1, uniform), uniform);
  const kept = g.sub(1, g.mul(share, g.sub(1, g.exp(g.neg(size)))));
  const falling = g.min(g.div(g.neg(g.log(kept)), size), 1);
  const closed = g.where(rising, g.sub(1, falling), falling);
  const bend = g.mul(g.mul(logits, 0.5), g.mul(uniform, g.sub(1, uniform)));
  return g.where(nearZero(logits, SAMPLE_SERIES_WITHIN), g.add(uniform, bend), closed);
}
