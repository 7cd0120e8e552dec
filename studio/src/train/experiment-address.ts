import { type Change, DEFAULT_EXPERIMENT, type Experiment } from "./protocol.ts";

export const LIKELIHOODS: readonly Experiment["likelihood"][] = [
  "bernoulli",
  "continuous-bernoulli",
  "gaussian",
  "laplace",
  "auto",
];

/** What a link says of a training: the experiment, the iteration at which it stands, and what was changed on the way. */
export interface LinkedTraining {
  readonly experiment: Experiment;
  readonly step: number | undefined;
  readonly changes: readonly Change[];
}

const MOST_CHANGES = 200;

/** The training in the part of the address after `#`; what is missing or wrong is as by default. */
export function readExperiment(hash: string): LinkedTraining {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  const base = DEFAULT_EXPERIMENT;
  const number = (name: string, fallback: number, isRight: (value: number) => boolean) => {
    const value = Number(found.get(name) ?? Number.NaN);
    return isRight(value) ? value : fallback;
  };
  const hidden = (found.get("hidden") ?? "").split("-").map(Number);
  const data = found.get("data");
  const step = number("step", 0, (value) => Number.isSafeInteger(value) && value >= 1);
  return {
    step: step || undefined,
    changes: readChanges(found.get("changes") ?? ""),
    experiment: {
      data: data === "sprites" ? "sprites" : base.data,
      hidden: hidden.length <= 6 && hidden.every(isCount) ? hidden : base.hidden,
      latent: number("latent", base.latent, (value) => isCount(value) && value <= 256),
      likelihood: LIKELIHOODS.find((each) => each === found.get("likelihood")) ?? base.likelihood,
      beta: number("beta", base.beta, isBeta),
      learningRate: number("rate", base.learningRate, isRate),
      keepProbability: number("keep", base.keepProbability, (value) => value > 0 && value <= 1),
      batchSize: number("batch", base.batchSize, isCount),
      seed: number("seed", base.seed, (value) => Number.isSafeInteger(value) && value >= 0),
      beside: found.get("beside") === "1",
    },
  };
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1 && value <= 4096;
const isBeta = (value: number) => value >= 0 && value <= 1000;
const isRate = (value: number) => value > 0 && value <= 1;

/** `120~4~0.001_300~1~0.001`: after iteration 120 β was 4, and so on. */
function readChanges(text: string): Change[] {
  const changes = text.split("_").map((each) => {
    const [iteration = Number.NaN, beta = Number.NaN, learningRate = Number.NaN] = each
      .split("~")
      .map(Number);
    return { iteration, beta, learningRate };
  });
  return changes
    .filter(
      ({ iteration, beta, learningRate }) =>
        Number.isSafeInteger(iteration) && iteration >= 0 && isBeta(beta) && isRate(learningRate),
    )
    .sort((a, b) => a.iteration - b.iteration)
    .slice(0, MOST_CHANGES);
}

export function writeExperiment(found: URLSearchParams, { experiment, step, changes }: LinkedTraining): void {
  found.set("data", experiment.data);
  found.set("hidden", experiment.hidden.join("-"));
  found.set("latent", String(experiment.latent));
  found.set("likelihood", experiment.likelihood);
  found.set("beta", String(experiment.beta));
  found.set("rate", String(experiment.learningRate));
  found.set("keep", String(experiment.keepProbability));
  found.set("batch", String(experiment.batchSize));
  found.set("seed", String(experiment.seed));
  found.set("beside", experiment.beside ? "1" : "0");
  const text = changes.map(({ iteration, beta, learningRate }) => `${iteration}~${beta}~${learningRate}`);
  for (const [name, value] of [
    ["step", step ? String(step) : ""],
    ["changes", text.join("_")],
  ] as const)
    if (value) found.set(name, value);
    else found.delete(name);
}
