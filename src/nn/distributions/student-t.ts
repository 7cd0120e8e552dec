import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { zeros } from "../initializers.ts";
import type { Scope } from "../scope.ts";
import { type Distribution, sumObserved } from "./distribution.ts";
import { headOutputs, logScale, outputsWithScale, type Scale } from "./scale.ts";
import { expm1, heldDeviation, log1p, softplus } from "./stable.ts";

/** Scales beyond which ln(1 + t²/ν) is taken as its value here and twice the logarithm of the rest. */
const FAR = 1e9;

/**
 * Independent Student-t variables of ν > 1 degrees of freedom:
 * ln p(x) = lnΓ((ν+1)/2) − lnΓ(ν/2) − ½ ln(νπ) − ln s − (ν+1)/2 · ln(1 + t²/ν) with t = (x − μ)/s, summed.
 * @param location μ, which is the mean
 * @param logScale ln s, broadcast against the location
 * @param degreesOfFreedom ν, broadcast against the location
 */
export function studentT(location: Tensor, logScale: Tensor, degreesOfFreedom: Tensor): Distribution {
  const half = g.mul(degreesOfFreedom, 0.5);
  const [values] = location.shape.slice(-1) as [number];
  return {
    logProb: (x, mask) => {
      const { held, excess } = heldDeviation(g.sub(x, location), logScale, FAR);
      const t = g.mul(held, g.exp(g.neg(logScale)));
      // Far out, ln(1 + t²/ν) grows as 2 ln t does.
      const tail = g.add(log1p(g.div(g.mul(t, t), degreesOfFreedom)), g.mul(excess, 2));
      const constant = g.sub(logGammaStep(half), g.mul(g.log(g.mul(degreesOfFreedom, Math.PI)), 0.5));
      const exponent = g.add(half, 0.5);
      return sumObserved(g.sub(g.sub(constant, logScale), g.mul(exponent, tail)), mask);
    },
    mean: location,
    mode: location,
    noise: { distribution: "uniform", shape: [...location.shape.slice(0, -1), 2, values] },
    sample: (uniform) => {
      const axis = uniform.shape.length - 2;
      const [radius, angle] = g
        .split(uniform, axis, [1, 1])
        .map((part) => g.reshape(part, location.shape)) as [Tensor, Tensor];
      return g.add(location, g.mul(g.exp(logScale), polar(radius, angle, degreesOfFreedom)));
    },
    parameters: { logScale, degreesOfFreedom },
  };
}

/** A standard t variable from two uniform ones: √(ν·(u^(−2/ν) − 1))·cos 2πv (Bailey 1994). */
function polar(radius: Tensor, angle: Tensor, degreesOfFreedom: Tensor): Tensor {
  // 1 − u lies in (0, 1], where its logarithm is finite.
  const exponent = g.mul(g.div(-2, degreesOfFreedom), g.log(g.sub(1, radius)));
  const length = g.sqrt(g.mul(degreesOfFreedom, expm1(exponent)));
  return g.mul(length, g.cos(g.mul(angle, 2 * Math.PI)));
}

/** Steps of the recurrence after which the asymptotic series is accurate to 1e-9 for any argument. */
const STEPS = 8;

/**
 * lnΓ(a + ½) − lnΓ(a) for a ≥ ½, without the cancellation of large a: its asymptotic series (DLMF 5.11.13) at
 * a + 8, and back by Γ(a + 1) = a·Γ(a).
 */
export function logGammaStep(a: Tensor): Tensor {
  const steps = Array.from({ length: STEPS }, (_, i) => g.log(g.div(g.add(a, i + 0.5), g.add(a, i))));
  const inverse = g.reciprocal(g.add(a, STEPS));
  const squared = g.mul(inverse, inverse);
  const bracket = g.add(-1 / 8, g.mul(squared, g.add(1 / 192, g.mul(squared, -1 / 640))));
  const series = g.sub(g.mul(inverse, bracket), g.mul(g.log(inverse), 0.5));
  return steps.reduce((sum, step) => g.sub(sum, step), series);
}

/** Learned degrees of freedom start at 1 + softplus(0 + this). */
const RAW_DEGREES_AT_FIRST = 4;

/**
 * A Student-t likelihood around the decoder's output. Learned degrees of freedom are one number for all values,
 * 1 + softplus(`degrees_of_freedom` + 4).
 * @param output the location, followed by the raw ln s if the scale is `decoder`
 */
export function studentTLikelihood(
  scope: Scope,
  output: Tensor,
  scale: Exclude<Scale, "calibrated">,
  degreesOfFreedom: number | "learned",
): Distribution {
  const [location, raw] = headOutputs(output, outputsWithScale(scale)) as [Tensor, Tensor | undefined];
  const spread = logScale(scope, scale, location.shape.at(-1)!, raw);
  if (degreesOfFreedom !== "learned") return studentT(location, spread, g.constant(degreesOfFreedom));
  const learned = scope.parameter("degrees_of_freedom", [1], zeros, { decay: false });
  return studentT(location, spread, g.add(softplus(g.add(learned, RAW_DEGREES_AT_FIRST)), 1));
}
