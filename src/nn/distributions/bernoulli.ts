import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import type { Distribution } from "./distribution.ts";

/**
 * Independent Bernoulli variables from logits. For x in [0, 1]: ln p(x) = x·l − ln(1 + eˡ), summed; between 0 and 1
 * it is the cross-entropy that Kingma & Welling (2014, appendix C.1) use for grey pixels. Finite for any finite logit.
 */
export function bernoulli(logits: Tensor): Distribution {
  const mean = g.sigmoid(logits);
  return {
    logProb: (x) => g.sub(g.reduceSum(g.mul(x, logits), [-1]), g.sumSoftplus(logits)),
    mean,
    mode: g.cast(g.greater(logits, 0), "float32"),
    noise: { distribution: "uniform", shape: mean.shape },
    sample: (uniform) => g.cast(g.less(uniform, mean), "float32"),
    parameters: { logits },
  };
}
