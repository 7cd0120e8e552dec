import type { ActivationName } from "../nn/activations.ts";
import type { Initialization } from "../nn/initializers.ts";
import type { NORMALIZATIONS } from "./architecture.ts";
import type { ConditionInput } from "./condition.ts";
import type { DenoiseInput } from "./denoise.ts";
import type { LikelihoodInput } from "./likelihood-setting.ts";
import type { FlatKindSettings } from "./nested-settings.ts";
import type { Objective } from "./objective.ts";
import type { OptimizerInput, ScheduleInput } from "./optimizer-setting.ts";
import type { PenaltyInput } from "./penalties.ts";
import type { PosteriorInput } from "./posteriors.ts";
import type { PriorInput } from "./priors.ts";

/**
 * How a model is made and optimised, as a user writes it: the essay's HYPERPARAMETERS and further ones. Everything has a
 * default. Settings of a likelihood, an optimizer or a schedule stand inside it, as in
 * `likelihood: { type: "gaussian", sigma: "calibrated" }`, or beside its name.
 */
export interface HyperparametersInput extends FlatKindSettings {
  /** Examples in a step, 1 or more. Default 128. */
  readonly batchSize?: number | undefined;
  /** Step size of the optimizer, above 0. Default 1e-3. */
  readonly learningRate?: number | undefined;
  /**
   * How the learning rate changes: `constant` (default); `cosine`: half a cosine down to 0 over the training (Loshchilov
   * & Hutter 2017); `step`: times `learningRateDecay` (above 0, default 0.1) every `learningRateStep` iterations (1 or
   * more, default 10,000).
   */
  readonly schedule?: ScheduleInput | undefined;
  /** Iterations over which the learning rate rises linearly from 0; fewer than the training has. Default 0. */
  readonly learningRateWarmup?: number | undefined;
  /**
   * `adam` (Kingma & Ba 2015; default), `adamw` (Loshchilov & Hutter 2019) or `sgd`. `epsilon` is added to √v̂ by `adam`
   * and `adamw` (1e-30 or more, default 1e-8); `weightDecay` is the decoupled decay of `adamw` (0 or more, default 0.01;
   * not on biases); `momentum` is that of `sgd` (in [0, 1), default 0.9).
   */
  readonly optimizer?: OptimizerInput | undefined;
  /** Weight on ½‖W‖² in the loss, 0 or more; not on biases. Default 0. */
  readonly l2?: number | undefined;
  /** Each gradient value is clipped to ± this, 1e-30 or more, unless `clipNorm` is set. Default 5. */
  readonly clipValue?: number | undefined;
  /** The whole gradient is scaled down to this norm (Pascanu et al. 2013); 0, the default: clip by value instead. */
  readonly clipNorm?: number | undefined;
  /** Probability of keeping a hidden unit in training, in (0, 1] (the essay's "dropout"). Default 1. */
  readonly keepProbability?: number | undefined;
  /** Nonlinearity of hidden layers. Default `elu`. */
  readonly activation?: ActivationName | undefined;
  /** Normalisation of hidden layers. Default `none`. */
  readonly normalization?: (typeof NORMALIZATIONS)[number] | undefined;
  /** Initialisation of weights. Default `he`: standard deviation √(2/fan-in) (He et al. 2015). */
  readonly initialization?: Initialization | undefined;
  /**
   * What the bias of the decoder's output begins at: `data` (default): where p(x|z) has the mean of the training rows;
   * `zero`: 0, as in version 0.1.
   */
  readonly outputBias?: "data" | "zero" | undefined;
  /** Distribution of the data given a latent point: a name, or `{ type, … }` with its settings. Default `bernoulli`. */
  readonly likelihood?: LikelihoodInput | undefined;
  /** p(z): its type, or `{ type, … }` with its settings. Default: standard normal. */
  readonly prior?: PriorInput | undefined;
  /** The family of q(z|x): its type, or `{ type, … }` with its settings. Default: normal, independent dimensions. */
  readonly posterior?: PosteriorInput | undefined;
  /**
   * Condition of each example: `labels` into encoder and decoder, or where
   * `{ from: "labels", into: ["encoder", "decoder", "prior"] }` says. Default: nothing.
   */
  readonly condition?: ConditionInput | undefined;
  /**
   * What the encoder is given: `auto` (default): ln(1 + x) of counts, indicators of classes and standardised columns;
   * `values`: x as it is; `normalized`, for likelihoods of counts: ln(1 + x) of counts scaled to one sum a row, so that the
   * depth of a row does not matter.
   */
  readonly encoderInput?: "auto" | "values" | "normalized" | undefined;
  /**
   * How rows with missing values (NaN) are taken. Only what was observed counts in the likelihood; the encoder is given
   * the training data's mean of a value that is missing (`fill`), and 1 or 0 beside each value for whether it is there
   * (`indicate`). `auto`, the default: `fill` where training data miss values, otherwise such rows are refused.
   */
  readonly missing?: "auto" | "fill" | "indicate" | undefined;
  /**
   * What training maximises: `elbo` (default), or with `latentSamples` k > 1 the importance-weighted bound (Burda et al.
   * 2016), with its plain gradient (`iwae`) or the doubly reparameterised one (`dreg`; Tucker et al. 2019).
   */
  readonly objective?: Objective["type"] | undefined;
  /** Weight of the KL term, 0 or more (Higgins et al. 2017). Default 1. */
  readonly beta?: number | undefined;
  /** Iterations over which the KL weight rises linearly from 0; fewer than the training has. Default 0. */
  readonly klWarmup?: number | undefined;
  /** How often the KL weight rises from 0, at equal distances over the training (Fu et al. 2019); 0, the default: not. */
  readonly klCycles?: number | undefined;
  /** Part of each cycle over which the KL weight rises, in (0, 1], with `klCycles`. Default 0.5. */
  readonly klCycleRise?: number | undefined;
  /** Free KL in nats of each latent dimension, averaged over the batch (Kingma et al. 2016). Default 0. */
  readonly freeBits?: number | undefined;
  /** KL in nats that training aims at (Burgess et al. 2018); 0, the default: no target. */
  readonly capacity?: number | undefined;
  /** Iterations over which that target rises linearly from 0, with `capacity`. Default 0. */
  readonly capacityWarmup?: number | undefined;
  /**
   * A further term of the loss, its type or `{ type, … }` with its settings: `total-correlation` (Chen et al. 2018),
   * `dip-1`, `dip-2` (Kumar et al. 2018) or `mmd` (Tolstikhin et al. 2018). Default: none.
   */
  readonly penalty?: PenaltyInput | undefined;
  /** What training does to the values that the encoder is shown: `"gaussian:sigma=0.3"`, `"mask:share=0.25"`; default: nothing. */
  readonly denoise?: DenoiseInput | undefined;
  /** Draws of z for each example in a step, 1 or more: the k of importance-weighted bounds. Default 1. */
  readonly latentSamples?: number | undefined;
  /** Trains a plain autoencoder with the same networks: no noise in the latent space, no KL term. Default false. */
  readonly deterministic?: boolean | undefined;
  /**
   * Values in [0, 1] become 0 or 1 at random, with the value as the probability: `once` for each example, or `always`
   * again at each step. Default `never`.
   */
  readonly binarize?: "never" | "once" | "always" | undefined;
}
