import { flat } from "../models/nested-settings.ts";
import { hasPoints } from "../models/posteriors.ts";
import { hasStandardLatents } from "../models/standard-latents.ts";
import type { Evidence, RunEvidence } from "./evidence.ts";
import type { Check } from "./finding.ts";
import { remedyOf, wasStoppedByPatience } from "./finding.ts";
import { boundsOf, FEWEST_EXAMPLES, LARGE_VARIANCE, maximisedIn, silenceOf } from "./training-checks.ts";

/** Burda et al. (2016): a dimension whose posterior mean varies less is not used. */
const ACTIVE_VARIANCE = 0.01;
/** Largest useful ratio of latent dimensions to active ones. */
const LARGEST_LATENT_RATIO = 4;
const SMALLEST_LATENT = 8;
/** Share of the gain on training rows that must hold for held-out rows. */
const GENERALIZES = 0.7;
/** Part of the baseline that a model must win to have learnt something. */
const LEARNT = 0.05;
/** Upper limit of the share of the total gain that comes in the last fifth of a training. */
const STILL_RISING = 0.3;
const DEAD_PART = 0.3;
const FEW_EFFECTIVE_SAMPLES = 2;
/** Share of the data's variance below which reconstructions count as identical. */
const CONSTANT = 1e-3;
/** Part of the variance of ln(row sum) from which latents follow the depth of counts. */
const DEPTH = 0.5;
/** Part of what was won on held-out rows whose loss after the best validation shows that training went on too long. */
const LOST_AGAIN = 0.1;
const CANNOT_DIE = ["elu", "leakyRelu", "gelu", "silu"];

export const modelChecks: readonly Check[] = [
  {
    code: "dead-units",
    title: "hidden units that respond to the data",
    applies: ({ model }) =>
      model !== undefined && model.layers.length > 0 && model.examples >= FEWEST_EXAMPLES,
    look: ({ model, run }) => {
      const worst = model!.layers.reduce((a, b) => (b.dead / b.units > a.dead / a.units ? b : a));
      if (worst.dead / worst.units <= DEAD_PART) return undefined;
      return {
        evidence: `${worst.dead} of ${worst.units} units of ${worst.name} are constant over all examples`,
        remedy: remedyOf(
          [
            { text: "lower the learning rate" },
            {
              text: "use --activation elu or leakyRelu, whose units keep a gradient",
              unless: run && CANNOT_DIE.includes(run.config.hyperparameters.activation),
            },
          ],
          "",
        ),
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
      const settings = evidence.run?.config.hyperparameters;
      return {
        evidence: `all ${silence.kl.length} latent dimensions are silent: KL below 0.01 nat${silence.since}`,
        remedy: remedyOf(
          [
            {
              text: "let the KL's weight rise slowly (--kl-warmup)",
              unless: settings && (settings.klWarmup > 0 || settings.klCycles > 0),
            },
            {
              text: "give dimensions free nats (--free-bits 0.5)",
              unless: settings && (settings.freeBits > 0 || settings.capacity > 0),
            },
            { text: "train longer", unless: wasStoppedByPatience(evidence.run) },
            {
              text: "lower the likelihood's spread (--sigma calibrated)",
              unless: settings?.likelihood.type !== "gaussian" || settings.likelihood.sigma === "calibrated",
            },
          ],
          "check that rows depend on one another's values at all: noise has no latent space",
        ),
      };
    },
  },
  {
    code: "constant-reconstructions",
    title: "reconstructions that differ from row to row",
    applies: ({ model }) => model !== undefined && model.examples >= FEWEST_EXAMPLES,
    look: (evidence) => {
      const { reconstructedVariance } = evidence.model!;
      const silence = silenceOf(evidence);
      const isSilent = silence !== undefined && silence.silent === silence.kl.length;
      if (reconstructedVariance >= CONSTANT || isSilent) return undefined;
      return {
        evidence: `reconstructions of different rows are the same except for ${(100 * reconstructedVariance).toPrecision(1)} % of the data's variance, although the latent space is used`,
        remedy:
          "check the scale of the columns: standardise them, and write times as time since the first row",
      };
    },
  },
  {
    code: "depth-in-latents",
    title: "codes of counts that do not follow the depth of a row",
    applies: ({ model }) => model?.depthExplained !== undefined && model.examples >= FEWEST_EXAMPLES,
    look: ({ model, run }) => {
      if (model!.depthExplained! < DEPTH) return undefined;
      const settings = run?.config.hyperparameters;
      return {
        evidence: `the latent means explain ${(100 * model!.depthExplained!).toFixed(0)} % of the variance of ln(row sum)`,
        remedy: remedyOf(
          [
            {
              text: "give the decoder each row's sum (--library-size observed)",
              unless: settings === undefined || flat(settings).librarySize !== "none",
            },
            { text: "use --normalization layer", unless: settings?.normalization === "layer" },
            { text: "drop units (--keep-probability 0.9)", unless: settings && settings.keepProbability < 1 },
            { text: "train longer", unless: wasStoppedByPatience(run) },
          ],
          "use a smaller latent space",
        ),
      };
    },
  },
  {
    code: "latent-too-large",
    title: "a latent space no larger than what is used of it",
    applies: ({ model }) =>
      model !== undefined &&
      model.meanVariance.length >= SMALLEST_LATENT &&
      model.examples >= FEWEST_EXAMPLES,
    look: ({ model, run }) => {
      const latent = model!.meanVariance.length;
      const active = model!.meanVariance.filter((variance) => variance > ACTIVE_VARIANCE).length;
      const values = run?.config.model.inputShape.reduce((product, size) => product * size, 1);
      const isLarger = values !== undefined && latent > values;
      // Without an active dimension the latent space has collapsed, which is said elsewhere.
      if ((run && hasPoints(run.config.model)) || active === 0) return undefined;
      if (!isLarger && active * LARGEST_LATENT_RATIO >= latent) return undefined;
      const freeBits = run?.config.hyperparameters.freeBits ?? 0;
      return {
        evidence: isLarger
          ? `the latent space has ${latent} dimensions, and an example has ${values} values`
          : `${active} of ${latent} latent dimensions are active`,
        remedy: `use a smaller latent space, such as --latent ${Math.max(2, Math.min(2 * active, Math.ceil((values ?? latent) / 4)))}${freeBits > 0 ? "" : ", or --free-bits if more should be used"}`,
      };
    },
  },
  {
    code: "overfitting",
    title: "held-out rows that fare as training rows do",
    applies: ({ run, model }) =>
      run !== undefined &&
      ((model !== undefined && run.baseline !== undefined && model.examples >= FEWEST_EXAMPLES) ||
        validationFall(run) !== undefined),
    look: (evidence) => {
      const shown = gapOf(evidence) ?? fallOf(evidence.run!);
      if (shown === undefined) return undefined;
      const { hyperparameters, training } = evidence.run!.config;
      return {
        evidence: shown,
        remedy: remedyOf(
          [
            { text: "stop early (--patience 5)", unless: training.patience > 0 },
            { text: "drop units (--keep-probability 0.9)", unless: hyperparameters.keepProbability < 1 },
            { text: "use smaller layers" },
            { text: "gather more data" },
          ],
          "",
        ),
      };
    },
  },
  {
    code: "underfitting",
    title: "a model that has learnt what it could",
    applies: ({ run, model }) =>
      run?.baseline !== undefined && model !== undefined && model.examples >= FEWEST_EXAMPLES,
    look: (evidence) => {
      const { run, model } = evidence;
      const { elbo } = model!.heldOut;
      const baseline = run!.baseline!;
      const won = elbo - baseline;
      if (won < LEARNT * Math.abs(baseline))
        return {
          evidence: `the held-out ELBO is ${elbo.toFixed(2)} nats after ${run!.iterations} iterations, and knowing only each column's mean gives ${baseline.toFixed(2)}`,
          remedy: wasStoppedByPatience(run)
            ? "use a higher learning rate, larger layers, or more --patience: the training was stopped by it"
            : "train longer (--max-iterations), with a higher learning rate or larger layers",
        };
      const rising = stillRising(evidence);
      return rising === undefined || rising <= STILL_RISING || wasStoppedByPatience(run)
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
    applies: ({ model, run }) =>
      model !== undefined &&
      (!run || hasStandardLatents(run.config.model)) &&
      model.examples >= FEWEST_EXAMPLES,
    look: ({ model, run }) => {
      const { secondMoment } = model!;
      const far = secondMoment.filter((moment) => moment > LARGE_VARIANCE).length;
      if (far === 0) return undefined;
      const largest = Math.max(...secondMoment);
      const beta = run?.config.hyperparameters.beta ?? 1;
      return {
        evidence: `codes of ${far} latent ${far === 1 ? "dimension" : "dimensions"} have a mean square up to ${largest.toPrecision(3)}, and the prior has 1: samples from the prior miss where codes are`,
        remedy: remedyOf(
          [
            { text: `raise --beta, which is ${beta}`, unless: beta >= 1 },
            { text: "train longer", unless: beta < 1 || wasStoppedByPatience(run) },
            { text: "use a larger latent space", unless: beta < 1 },
          ],
          "",
        ),
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

/** What the difference between training rows and others shows, where it shows overfitting. */
function gapOf({ run, model }: Evidence): string | undefined {
  if (!model || run?.baseline === undefined || model.examples < FEWEST_EXAMPLES) return undefined;
  const { train, heldOut } = model;
  const won = train.elbo - run.baseline;
  const gap = train.elbo - heldOut.elbo;
  const error = Math.hypot(train.standardError, heldOut.standardError);
  if (won <= 0 || gap < (1 - GENERALIZES) * won || gap < 3 * error) return undefined;
  return `the ELBO is ${train.elbo.toFixed(2)} on training rows and ${heldOut.elbo.toFixed(2)} on others`;
}

/** How the bound on validation rows fell while that of training rows rose: the same rows each time, so a fall is paired. */
function validationFall({ history, config }: RunEvidence) {
  const curveOf = (wanted: string) =>
    maximisedIn(
      history.filter(({ type }) => type === wanted),
      config,
    );
  const [validations, logged] = [curveOf("validation"), curveOf("log")] as const;
  if (validations.length < 5 || logged.length < 2) return undefined;
  const best = validations.reduce((a, b) => (b.value > a.value ? b : a));
  const trainedAt = logged.findLast(({ iteration }) => iteration <= best.iteration) ?? logged[0]!;
  return {
    first: validations[0]!,
    best,
    last: validations.at(-1)!,
    rise: logged.at(-1)!.value - trainedAt.value,
  };
}

function fallOf(run: RunEvidence): string | undefined {
  const fall = validationFall(run);
  if (!fall || fall.rise <= 0) return undefined;
  const lost = fall.best.value - fall.last.value;
  if (lost < LOST_AGAIN * (fall.best.value - fall.first.value) || lost < 0.02 * Math.abs(fall.best.value))
    return undefined;
  return `the bound on validation rows fell from ${fall.best.value.toFixed(2)} nats at iteration ${fall.best.iteration} to ${fall.last.value.toFixed(2)} at ${fall.last.iteration}, while that of training rows rose`;
}
