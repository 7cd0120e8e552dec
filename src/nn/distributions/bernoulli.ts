import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { type Distribution, sumObserved, whereObserved } from "./distribution.ts";

/**
 * Independent Bernoulli variables from logits. For x in [0, 1]: ln p(x) = x·l − ln(1 + eˡ), summed; between 0 and 1
 * it is the cross-entropy that Kingma & Welling (2014, appendix C.1) use for grey pixels. Finite for any finite logit.
 */
export function bernoulli(logits: Tensor): Distribution {
  const mean = g.sigmoid(logits);
  return {
    logProb: (x, mask) => bernoulliLogProb(x, logits, mask),
    mean,
    mode: g.cast(g.greater(logits, 0), "float32"),
    noise: { distribution: "uniform", shape: mean.shape },
    sample: (uniform) => g.cast(g.less(uniform, mean), "float32"),
    parameters: { logits },
  };
}

/** ln(1 + eˡ) of this is 0 in single and in double precision. */
const NO_LOGIT = -1e4;

/** Σ x·l − ln(1 + eˡ) over the values that were observed. */
export function bernoulliLogProb(x: Tensor, logits: Tensor, mask: Tensor | undefined): Tensor {
  return g.sub(sumObserved(g.mul(x, logits), mask), g.sumSoftplus(whereObserved(logits, mask, NO_LOGIT)));
}
