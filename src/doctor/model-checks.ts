import type { Evidence } from "./evidence.ts";
import type { Check } from "./finding.ts";
import { boundsOf, LARGE_VARIANCE, silenceOf } from "./training-checks.ts";

/** Burda et al. (2016): a dimension whose posterior mean varies less is not used. */
const ACTIVE_VARIANCE = 0.01;
/** Latent spaces this much larger than what is used cost time and explain nothing. */
const LARGEST_LATENT_RATIO = 4;
const SMALLEST_LATENT = 8;
/** Part of what was learnt from training rows that must hold for others. */
const GENERALIZES = 0.7;
/** Part of the baseline that a model must win to have learnt something. */
const LEARNT = 0.05;
/** Part of all that was won that may still come in the last fifth of a training: more is a bound that shoots up. */
const STILL_RISING = 0.3;
const DEAD_PART = 0.3;
const FEW_EFFECTIVE_SAMPLES = 2;

export const modelChecks: readonly Check[] = [
  {
    code: "dead-units",
    title: "hidden units that respond to the data",
    applies: ({ model }) => model !== undefined && model.layers.length > 0,
    look: ({ model }) => {
      const worst = model!.layers.reduce((a, b) => (b.dead / b.units > a.dead / a.units ? b : a));
      if (worst.dead / worst.units <= DEAD_PART) return undefined;
      return {
        evidence: `${worst.dead} of ${worst.units} units of ${worst.name} give the same value for every example`,
        remedy: "lower the learning rate, or use --activation elu or leakyRelu, whose units cannot die",
      };
    },
  },
  {
    code: "posterior-collapse",
    title: "a latent space that is used",
    applies: (evidence) => silenceOf(evidence) !== undefined,
    look: (evidence) => {
      const silence = silenceOf(evidence)!;
      if (silence.silent < silence.kl.length) return undefined;
      return {
        evidence: `all ${silence.kl.length} latent dimensions are silent: KL below 0.01 nat${silence.since}`,
        remedy:
          "let the KL's weight rise slowly (--kl-warmup), give dimensions free nats (--free-bits 0.5), or train longer",
      };
    },
  },
  {
    code: "latent-too-large",
    title: "a latent space no larger than what is used of it",
    applies: ({ model }) => model !== undefined && model.meanVariance.length >= SMALLEST_LATENT,
    look: ({ model, run }) => {
      const latent = model!.meanVariance.length;
      const active = model!.meanVariance.filter((variance) => variance > ACTIVE_VARIANCE).length;
      const values = run?.config.model.inputShape.reduce((product, size) => product * size, 1);
      const isLarger = values !== undefined && latent > values;
      if (run?.config.model.deterministic || (!isLarger && active * LARGEST_LATENT_RATIO >= latent))
        return undefined;
      return {
        evidence: isLarger
          ? `the latent space has ${latent} dimensions, and an example has ${values} values`
          : `${active} of ${latent} latent dimensions are active`,
        remedy: `use a smaller latent space, such as --latent ${Math.max(2, Math.min(2 * active, Math.ceil((values ?? latent) / 4)))}, or --free-bits if more should be used`,
      };
    },
  },
  {
    code: "overfitting",
    title: "held-out rows that fare as training rows do",
    applies: ({ run, model }) => run?.baseline !== undefined && model !== undefined,
    look: ({ run, model }) => {
      const { train, heldOut } = model!;
      const won = train.elbo - run!.baseline!;
      const gap = train.elbo - heldOut.elbo;
      const error = Math.hypot(train.standardError, heldOut.standardError);
      if (won <= 0 || gap < (1 - GENERALIZES) * won || gap < 3 * error) return undefined;
      return {
        evidence: `the ELBO is ${train.elbo.toFixed(2)} on training rows and ${heldOut.elbo.toFixed(2)} on others`,
        remedy:
          "stop early (--patience 5), drop units (--keep-probability 0.9), use smaller layers, or gather more data",
      };
    },
  },
  {
    code: "underfitting",
    title: "a model that has learnt what it could",
    applies: ({ run, model }) => run?.baseline !== undefined && model !== undefined,
    look: (evidence) => {
      const { run, model } = evidence;
      const { elbo } = model!.heldOut;
      const baseline = run!.baseline!;
      const won = elbo - baseline;
      if (won < LEARNT * Math.abs(baseline))
        return {
          evidence: `the held-out ELBO is ${elbo.toFixed(2)} nats after ${run!.iterations} iterations, and knowing only each column's mean gives ${baseline.toFixed(2)}`,
          remedy: "train longer (--max-iterations), with a higher learning rate or larger layers",
        };
      const rising = stillRising(evidence);
      return rising === undefined || rising <= STILL_RISING
        ? undefined
        : {
            evidence: `${(100 * rising).toFixed(0)} % of what the training won came in its last fifth`,
            remedy: "train longer (--max-iterations): the bound is still rising",
          };
    },
  },
  {
    code: "prior-mismatch",
    title: "codes that lie where the prior is",
    applies: ({ model, run }) => model !== undefined && !run?.config.model.deterministic,
    look: ({ model, run }) => {
      const far = [...model!.aggregateVariance.keys()].filter(
        (d) => model!.aggregateVariance[d]! > LARGE_VARIANCE,
      );
      if (far.length === 0) return undefined;
      const largest = Math.max(...model!.aggregateVariance);
      const { beta } = run!.config.hyperparameters;
      return {
        evidence: `codes of ${far.length} latent dimensions have a variance up to ${largest.toPrecision(3)}, and the prior has 1`,
        remedy:
          beta < 1
            ? `raise --beta, which is ${beta}: samples from the prior miss where codes are`
            : "train longer, or with a larger latent space: samples from the prior miss where codes are",
      };
    },
  },
  {
    code: "unreliable-likelihood",
    title: "a likelihood that importance sampling can estimate",
    applies: ({ model }) => model?.effectiveSampleSize !== undefined,
    look: ({ model }) => {
      const { median, samples } = model!.effectiveSampleSize!;
      if (median >= FEW_EFFECTIVE_SAMPLES) return undefined;
      return {
        evidence: `of ${samples} importance samples, half of the examples have fewer than ${median.toFixed(1)} effective ones`,
        remedy:
          "evaluate with more samples (--samples 5000), and compare models by their ELBO until the curve is flat",
      };
    },
  },
];

/** The part of the bound's rise above the baseline that came in the last fifth of the iterations. */
function stillRising({ run }: Evidence): number | undefined {
  const bounds = boundsOf(run!);
  const last = bounds.at(-1);
  const before = last && bounds.findLast(({ iteration }) => iteration <= 0.8 * last.iteration);
  if (!last || !before) return undefined;
  const won = last.value - run!.baseline!;
  return won > 0 ? (last.value - before.value) / won : undefined;
}
