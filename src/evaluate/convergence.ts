import { quantile } from "../numerics/statistics.ts";
import type { ImportanceSampling } from "./likelihood.ts";

/** A rise by more than this, in nats, would be visible in tables of results. */
const VISIBLE_RISE = 0.5;
/** With fewer effective samples an estimate depends on one or two draws. */
const FEW_EFFECTIVE_SAMPLES = 3;

/**
 * Why an importance-sampled likelihood has visibly not converged, or undefined. It has not when half of the examples
 * have fewer than three effective samples, or when the last step of the curve over k still raised the bound by
 * more than half a nat, beyond twice its standard error. Passing both is no proof: a posterior that misses a mode of
 * p(z|x) is not seen by its own samples.
 */
export function notConverged({ effectiveSampleSize, curve }: ImportanceSampling): string | undefined {
  const last = curve.at(-1)!;
  const before = curve.at(-2);
  const advice = `take more samples than ${last.samples}`;
  if (last.rise && last.rise.mean > VISIBLE_RISE && !(last.rise.mean < 2 * last.rise.standardError))
    return `the likelihood has not converged: from ${before!.samples} to ${last.samples} samples it rose by ${last.rise.mean.toFixed(2)} nat; ${advice}`;
  const median = quantile(effectiveSampleSize, 0.5);
  if (median < FEW_EFFECTIVE_SAMPLES)
    return `the likelihood has not converged: half of the examples hang on ${median.toFixed(1)} effective samples or fewer; ${advice}`;
  return undefined;
}
