/**
 * Settings common to all optimizers. With θ a parameter and G its raw gradient, g = gradientScale·G is clipped,
 * by value or by norm; then l2·θ is added, for the first `decayLength` parameters. The schema of hyperparameters checks
 * the ranges: they are not checked again here.
 */
export interface GradientSettings {
  /** At least 0. */
  readonly learningRate: number;
  /** 1 / batch size when gradients are sums over the batch; default 1. */
  readonly gradientScale?: number | undefined;
  /** Limits every g to ±clipValue; above 0. Not together with clipNorm. */
  readonly clipValue?: number | undefined;
  /** Scales g as a whole so that ‖g‖₂ ≤ clipNorm (Pascanu et al., ICML 2013); above 0. */
  readonly clipNorm?: number | undefined;
  /** Weight of ½‖θ‖² in the loss; at least 0, default 0. */
  readonly l2?: number | undefined;
  /** Number of leading parameters to which `l2` and `weightDecay` apply; default all. */
  readonly decayLength?: number | undefined;
}

export interface AdamSettings extends GradientSettings {
  /** Number of this update, from 1 on: t of the bias corrections. */
  readonly step: number;
  /** In [0, 1); default 0.9. */
  readonly beta1?: number | undefined;
  /** In [0, 1); default 0.999. */
  readonly beta2?: number | undefined;
  /** Above 0; default 1e-8. */
  readonly epsilon?: number | undefined;
  /**
   * Decoupled decay, which makes it AdamW: θ is first multiplied by 1 − learningRate·weightDecay. Default 0.
   */
  readonly weightDecay?: number | undefined;
}

export interface SgdSettings extends GradientSettings {
  /** μ in [0, 1); default 0. */
  readonly momentum?: number | undefined;
}

/** Views of one length in the kernels' memory. */
export interface OptimizedParameters {
  readonly parameters: Float32Array;
  readonly gradients: Float32Array;
  /** Gradients of another part of the batch, added first. */
  readonly otherGradients?: Float32Array | undefined;
}

/** The moments start as zeros. */
export interface AdamState extends OptimizedParameters {
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

/** The velocity starts as zeros. */
export interface SgdState extends OptimizedParameters {
  readonly velocity: Float32Array;
}
