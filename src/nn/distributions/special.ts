import * as g from "../../graph/build.ts";
import type { Tensor } from "../../graph/node.ts";
import { polynomial } from "./stable.ts";

/**
 * Remainders of log-factorials after the large terms have been cancelled analytically. They stay small for large
 * factorials, so their differences are accurate in single precision. Coefficients are minimax fits.
 */

/** Argument from which the asymptotic series of the gamma function are used. */
const ASYMPTOTIC_FROM = 3;

/** z·J(z) in powers of 1/z², where J is Binet's function (DLMF 5.9.10): right to 3e-11 for z ≥ 3. */
const BINET = [
  0.08333333330240195, -0.002777763776343079, 0.0007926112796567787, -0.0005671814041535567,
  0.0005045318717343812,
];

/** −z²·(ψ(z) − ln z + 1/2z) in powers of 1/z² (DLMF 5.11.2): right to 3e-10 for z ≥ 3. */
const DIGAMMA = [
  0.08333333302898548, -0.008333195428618415, 0.003957962501202982, -0.003885669332656079,
  0.004109370910981499,
];

/** (artanh v / v − 1)/v² in powers of v²: right to 3e-12 for |v| ≤ 1/3. */
const ARTANH = [
  0.33333333333549087, 0.19999999809901456, 0.1428574151703626, 0.11109655860158806, 0.0912765172439636,
  0.07223047417690646, 0.09532894472904432,
];

/** Arguments below {@link ASYMPTOTIC_FROM} are moved up by it, and the function's recurrence leads back. */
function moved(z: Tensor): { small: Tensor; large: Tensor; inverse: Tensor } {
  const small = g.less(z, ASYMPTOTIC_FROM);
  const large = g.where(small, g.add(z, ASYMPTOTIC_FROM), z);
  return { small, large, inverse: g.reciprocal(large) };
}

/**
 * G(z) = lnΓ(z + 1) − (z ln z − z): the remainder of Stirling's leading terms. It rises from G(0) = 0 like ½ ln 2πz.
 * Right to 1e-10; in single precision to 1e-6. Not to be differentiated.
 * @param z above 0
 */
export function logFactorialRemainder(z: Tensor): Tensor {
  const { small, large, inverse } = moved(z);
  const binet = g.mul(inverse, polynomial(g.mul(inverse, inverse), BINET));
  const stirling = g.add(g.mul(g.log(g.mul(large, 2 * Math.PI)), 0.5), binet);
  // With Γ(z + 4) = (z + 3)(z + 2)(z + 1)·Γ(z + 1): G(z) = G(z + 3) + z ln((z + 3)/z) − 3 + ln((z + 3)²/(z + 2)(z + 1)).
  const inside = g.where(small, z, 1);
  const bulk = g.mul(inside, g.log(g.div(large, inside)));
  const product = g.mul(g.add(inside, 1), g.add(inside, 2));
  const steps = g.sub(g.add(bulk, g.log(g.div(g.mul(large, large), product))), ASYMPTOTIC_FROM);
  return g.add(stirling, g.where(small, steps, 0));
}

/**
 * ψ(z) − ln z, the derivative of {@link logFactorialRemainder} less 1/z: negative, and near 0 for large z.
 * Right to 1e-10; in single precision to 1e-6 of its size. Not to be differentiated.
 * @param z above 0
 */
export function digammaRemainder(z: Tensor): Tensor {
  const { small, large, inverse } = moved(z);
  const squared = g.mul(inverse, inverse);
  const asymptotic = g.neg(g.add(g.mul(inverse, 0.5), g.mul(squared, polynomial(squared, DIGAMMA))));
  // ψ(z + 1) = ψ(z) + 1/z, three times.
  const inside = g.where(small, z, 1);
  const poles = [0, 1, 2].map((step) => g.reciprocal(g.add(inside, step))).reduce(g.add);
  const steps = g.sub(g.log(g.div(large, inside)), poles);
  return g.add(asymptotic, g.where(small, steps, 0));
}

/**
 * t − ln(1 + t), which is never negative, without the cancellation where t is near 0. Not to be differentiated.
 * @param t above −1
 * @param logarithm ln(1 + t); only read where t is not in [−½, 1]
 */
export function logarithmRemainder(t: Tensor, logarithm: Tensor): Tensor {
  const far = g.or(g.less(t, -0.5), g.greater(t, 1));
  return g.where(far, g.sub(t, logarithm), logarithmRemainderNear0(t));
}

/** The same for t in [−½, 1] only. */
export function logarithmRemainderNear0(t: Tensor): Tensor {
  // ln(1 + t) = 2 artanh v and t = 2v/(1 − v).
  const v = g.div(t, g.add(t, 2));
  const squared = g.mul(v, v);
  return g.mul(v, g.sub(t, g.mul(g.mul(squared, polynomial(squared, ARTANH)), 2)));
}

/**
 * A value with given derivatives, for values computed in a way that is precise but unsuitable to differentiate.
 * Second derivatives are 0.
 * @param derivatives of each variable: the value's derivative by it
 */
export function withDerivatives(
  value: Tensor,
  derivatives: readonly (readonly [variable: Tensor, derivative: Tensor])[],
): Tensor {
  return derivatives.reduce((sum, [variable, derivative]) => {
    const zero = g.sub(variable, g.stopGradient(variable));
    return g.add(sum, g.mul(g.stopGradient(derivative), zero));
  }, g.stopGradient(value));
}
