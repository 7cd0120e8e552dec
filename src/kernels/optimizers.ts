import { type AddressOf, requireLength } from "./arena.ts";
import type { KernelExports } from "./module.ts";
import type {
  AdamSettings,
  AdamState,
  GradientSettings,
  OptimizedParameters,
  SgdSettings,
  SgdState,
} from "./optimizer-settings.ts";
import { SHARED_WORK, type Team } from "./team.ts";

/**
 * Optimizers that update parameters and their own state in place, in one pass over memory. A NaN among the
 * gradients reaches the parameters: clipping does not hide it.
 */
export interface OptimizerKernels {
  /**
   * Adam (Kingma & Ba, ICLR 2015), with l2 as part of the gradient, and AdamW (Loshchilov & Hutter, ICLR
   * 2019) with weightDecay: θ ← θ·(1 − η·weightDecay) − η·m̂ / (√v̂ + ε).
   * @throws {DataError} for views of different lengths or of other memory.
   */
  adam(state: AdamState, settings: AdamSettings): void;
  /**
   * Stochastic gradient descent with momentum: v ← μ·v + g, θ ← θ − η·v (Sutskever et al., ICML 2013).
   * @throws {DataError} for views of different lengths or of other memory.
   */
  sgd(state: SgdState, settings: SgdSettings): void;
}

export function optimizerKernels(
  kernels: KernelExports,
  addressOf: AddressOf,
  team: Team | undefined,
): OptimizerKernels {
  const adam: KernelExports["adam"] = (...values) => {
    const [, , , , , length] = values;
    if (team && length >= SHARED_WORK) {
      kernels.offerAdam(team.address, ...values);
      team.invite();
      kernels.finish(team.address);
    } else {
      kernels.adam(...values);
    }
  };
  const addressesOf = ({ parameters, gradients, otherGradients = gradients }: OptimizedParameters) => {
    requireLength("gradients", gradients, parameters.length);
    requireLength("otherGradients", otherGradients, parameters.length);
    const address = addressOf("gradients", gradients);
    return {
      parameters: addressOf("parameters", parameters),
      gradients: address,
      toOthers: addressOf("otherGradients", otherGradients) - address,
    };
  };
  return {
    adam(state, settings) {
      const { parameters, firstMoment, secondMoment } = state;
      const { learningRate, step, epsilon = 1e-8, weightDecay = 0 } = settings;
      const { length } = parameters;
      const address = {
        ...addressesOf(state),
        firstMoment: addressOf("firstMoment", firstMoment),
        secondMoment: addressOf("secondMoment", secondMoment),
      };
      requireLength("firstMoment", firstMoment, length);
      requireLength("secondMoment", secondMoment, length);

      // The weights of each average must sum to 1, so 1 − β and βᵗ are computed from β rounded to float32.
      const beta1 = Math.fround(settings.beta1 ?? 0.9);
      const beta2 = Math.fround(settings.beta2 ?? 0.999);
      // η·m̂/(√v̂ + ε) with the corrections of both moments taken out of the loop (end of section 2 of the paper).
      const rootCorrection = Math.sqrt(1 - integerPower(beta2, step));
      const stepSize = (learningRate * rootCorrection) / (1 - integerPower(beta1, step));
      const scale = clippedScale(kernels, address, length, settings);
      for (const { offset, count, decay } of regions(length, settings.decayLength)) {
        adam(
          address.parameters + 4 * offset,
          address.gradients + 4 * offset,
          address.toOthers,
          address.firstMoment + 4 * offset,
          address.secondMoment + 4 * offset,
          count,
          scale,
          settings.clipValue ?? Number.POSITIVE_INFINITY,
          decay ? (settings.l2 ?? 0) : 0,
          decay ? 1 - learningRate * weightDecay : 1,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          stepSize,
          epsilon * rootCorrection,
        );
      }
      if (step % flushInterval(Math.min(beta1, beta2)) === 0)
        for (const moment of [address.firstMoment, address.secondMoment]) kernels.flush(moment, length);
    },

    sgd(state, settings) {
      const { parameters, velocity } = state;
      const { learningRate, momentum = 0 } = settings;
      const { length } = parameters;
      const address = addressesOf(state);
      const velocityAddress = addressOf("velocity", velocity);
      requireLength("velocity", velocity, length);

      const scale = clippedScale(kernels, address, length, settings);
      for (const { offset, count, decay } of regions(length, settings.decayLength))
        kernels.sgd(
          address.parameters + 4 * offset,
          address.gradients + 4 * offset,
          address.toOthers,
          velocityAddress + 4 * offset,
          count,
          scale,
          settings.clipValue ?? Number.POSITIVE_INFINITY,
          decay ? (settings.l2 ?? 0) : 0,
          learningRate,
          momentum,
        );
    },
  };
}

/**
 * Steps between flushes of tiny moments: too few for a moment to decay from 2⁻¹⁰⁰, the flush's threshold, to the
 * denormal numbers below 2⁻¹²⁶.
 */
function flushInterval(decayRate: number): number {
  return Math.max(1, Math.floor(26 / -Math.log2(decayRate)));
}

/** The parameters that decay, then those that do not. */
function regions(length: number, decayLength = length) {
  if (decayLength > length) throw new RangeError(`decayLength is ${decayLength} of ${length} parameters`);
  return [
    { offset: 0, count: decayLength, decay: true },
    { offset: decayLength, count: length - decayLength, decay: false },
  ];
}

/** The factor of every gradient. A norm that is NaN makes the factor NaN. */
function clippedScale(
  kernels: KernelExports,
  { gradients, toOthers }: { gradients: number; toOthers: number },
  length: number,
  { gradientScale = 1, clipNorm }: GradientSettings,
): number {
  if (clipNorm === undefined) return gradientScale;
  const norm = Math.sqrt(kernels.sumOfSquares(gradients, toOthers, length)) * Math.abs(gradientScale);
  return norm <= clipNorm ? gradientScale : (gradientScale * clipNorm) / norm;
}

/** baseⁿ by squaring: unlike Math.pow, the same bits in every engine. */
function integerPower(base: number, exponent: number): number {
  let power = 1;
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}
