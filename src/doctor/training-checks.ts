import { hasPoints } from "../models/posteriors.ts";
import { hasStandardLatents } from "../models/standard-latents.ts";
import type { HistoryEntry } from "../run/history.ts";
import type { RunEvidence } from "./evidence.ts";
import type { Check } from "./finding.ts";

/** Part of what a training had won that it must lose to have gone wrong. */
const LOST = 0.25;
/** Parts of the baseline: a bound so far below it is worse than knowing only the columns' means. */
const BELOW_BASELINE = 0.1;
/** β from which the KL weighs so much that it, and not the network, explains silent dimensions. */
const HIGH_BETA = 2;
/** β below which the prior has little effect. */
const LOW_BETA = 0.1;
/** Variance of the aggregate posterior: samples from N(0, 1) are then far from codes. */
export const LARGE_VARIANCE = 4;
/** Number of held-out examples that the checks of latent space, hidden units and reconstructions need. */
export const FEWEST_EXAMPLES = 20;
/** KL in nats below which a latent dimension carries no information. */
const SILENT = 0.01;

export const trainingChecks: readonly Check[] = [
  {
    code: "divergence",
    title: "a loss that stays finite",
    applies: ({ run }) => run !== undefined,
    look: ({ run }) =>
      run!.failure === undefined
        ? undefined
        : {
            evidence: run!.failure,
            remedy:
              run!.iterations === 0
                ? "divide the data, with --scale, or normalise hidden layers, with --normalization layer"
                : `lower the learning rate, which is ${run!.config.hyperparameters.learningRate}, or warm it up with --learning-rate-warmup`,
          },
  },
  {
    code: "learning-rate",
    title: "a learning rate that lets the bound rise",
    applies: ({ run }) => run !== undefined && boundsOf(run).length > 0,
    look: ({ run, model }) => {
      const bounds = boundsOf(run!);
      const last = bounds.at(-1)!;
      const best = bounds.reduce((a, b) => (b.value > a.value ? b : a));
      const { baseline, config } = run!;
      const { learningRate } = config.hyperparameters;
      const remedy = `lower the learning rate, which is ${learningRate}: try --learning-rate ${Number((learningRate / 10).toPrecision(2))}`;
      const { klPerDimension = [] } = model ?? {};
      const kl =
        klPerDimension.length > 0 ? klPerDimension.reduce((a, b) => a + b) : Number.POSITIVE_INFINITY;
      const collapsed = kl < 0.1;
      if (baseline !== undefined && !collapsed && last.value < baseline - BELOW_BASELINE * Math.abs(baseline))
        if (learningRate >= 0.01)
          return {
            evidence: `the bound ends at ${nats(last.value)}, below the ${nats(baseline)} of a model that only knows each column's mean`,
            remedy,
          };
      const first = bounds[0]!.value;
      const lost = best.value - last.value;
      // If the bound of training rows still rises, the network memorises them: that is overfitting.
      if (trainingRises(run!, best.iteration)) return undefined;
      if (
        best.iteration < last.iteration &&
        lost > LOST * (best.value - first) &&
        lost > 0.05 * Math.abs(best.value)
      )
        return {
          evidence: `the bound fell from ${nats(best.value)} at iteration ${best.iteration} to ${nats(last.value)} at ${last.iteration}`,
          remedy,
        };
      return undefined;
    },
  },
  {
    code: "warm-up-longer-than-run",
    title: "warm-ups that end before the training",
    applies: ({ run }) => run !== undefined,
    look: ({ run }) => {
      const { iterations, config } = run!;
      for (const name of ["klWarmup", "learningRateWarmup", "capacityWarmup"] as const) {
        const length = config.hyperparameters[name];
        if (length > iterations)
          return {
            evidence: `${name} is ${length} iterations, and the training had ${iterations}`,
            remedy:
              "train longer, or shorten the warm-up: the objective that was asked for was never reached",
          };
      }
      return undefined;
    },
  },
  {
    code: "beta-too-large",
    title: "a KL weight under which the latent space survives",
    applies: ({ run, model }) => run !== undefined && (model !== undefined || lastKl(run) !== undefined),
    look: (evidence) => {
      const { beta } = evidence.run!.config.hyperparameters;
      const silence = silenceOf(evidence);
      if (!silence || silence.silent < silence.kl.length || beta < HIGH_BETA) return undefined;
      return {
        evidence: `all ${silence.kl.length} latent dimensions are silent with β = ${beta}${silence.since}`,
        remedy: `lower --beta, which is ${beta}: 1 is the evidence lower bound`,
      };
    },
  },
  {
    code: "beta-too-small",
    title: "a KL weight that keeps codes near the prior",
    applies: ({ run, model }) =>
      run !== undefined &&
      model !== undefined &&
      hasStandardLatents(run.config.model) &&
      model.examples >= FEWEST_EXAMPLES,
    look: ({ run, model }) => {
      const { beta } = run!.config.hyperparameters;
      const largest = Math.max(...model!.secondMoment);
      if (beta >= LOW_BETA || largest <= LARGE_VARIANCE) return undefined;
      return {
        evidence: `β is ${beta}, and codes have a mean square up to ${largest.toPrecision(3)} where the prior has 1`,
        remedy:
          "raise --beta: 1 is the evidence lower bound, and samples from the prior now miss where codes are",
      };
    },
  },
];

/** Whether the logged bound, that of training rows, ends higher than it was at an iteration. */
function trainingRises({ history, config }: RunEvidence, iteration: number): boolean {
  const logged = maximisedIn(
    history.filter(({ type }) => type === "log"),
    config,
  );
  const then = logged.findLast((entry) => entry.iteration <= iteration);
  return then !== undefined && logged.at(-1)!.value > then.value;
}

/** Which dimensions carry no information, and since when. */
export function silenceOf({
  run,
  model,
}: {
  run?: RunEvidence;
  model?: { klPerDimension: readonly number[] };
}) {
  const kl = model?.klPerDimension ?? (run && lastKl(run));
  if (!kl || kl.length === 0 || (run && hasPoints(run.config.model))) return undefined;
  const silent = kl.filter((nats) => nats < SILENT).length;
  const validations = validationsOf(run?.history ?? []);
  let since: number | undefined;
  for (const entry of [...validations].reverse()) {
    if (!entry.klPerDimension || entry.klPerDimension.filter((nats) => nats < SILENT).length < silent) break;
    since = entry.iteration;
  }
  return {
    kl,
    silent,
    since: since === undefined || silent === 0 ? "" : `, since iteration ${since} at the latest`,
  };
}

function lastKl({ history }: RunEvidence): readonly number[] | undefined {
  return validationsOf(history).findLast(({ klPerDimension }) => klPerDimension !== undefined)
    ?.klPerDimension;
}

function validationsOf(history: readonly HistoryEntry[]) {
  return history.filter((entry) => entry.type === "validation");
}

/** Validations where there are some, else entries of the log. */
export function boundsOf({
  history,
  config,
}: Pick<RunEvidence, "history" | "config">): { iteration: number; value: number }[] {
  const validations = validationsOf(history);
  if (validations.length >= 2) return maximisedIn(validations, config);
  return averaged(maximisedIn(history, config));
}

/** What training maximised at each of some entries. */
export function maximisedIn(
  entries: readonly HistoryEntry[],
  config: RunEvidence["config"],
): { iteration: number; value: number }[] {
  // Not the ELBO: another weight of the KL moves the two apart. Where some of the KL is free, the ELBO: it rises too,
  // while β times the KL may fall.
  const { beta: weight, capacity, freeBits } = config.hyperparameters;
  const beta = capacity > 0 || freeBits > 0 ? 1 : weight;
  return entries.map(({ iteration, reconstruction, kl, bound }) => ({
    iteration,
    value: bound ?? reconstruction - beta * kl,
  }));
}

/** Entries of the log that are averaged: one may be a single batch. */
const LOG_WINDOW = 5;

/** Means of {@link LOG_WINDOW} entries each, at the last iteration of each; what is left over is not looked at. */
function averaged(bounds: readonly { iteration: number; value: number }[]) {
  return Array.from({ length: Math.floor(bounds.length / LOG_WINDOW) }, (_, window) => {
    const entries = bounds.slice(window * LOG_WINDOW, (window + 1) * LOG_WINDOW);
    const sum = entries.reduce((total, { value }) => total + value, 0);
    return { iteration: entries.at(-1)!.iteration, value: sum / LOG_WINDOW };
  });
}

function nats(value: number): string {
  return `${value.toFixed(2)} nats`;
}
