import { DEFAULT_EXPERIMENT, type Experiment } from "./protocol.ts";

export const LIKELIHOODS: readonly Experiment["likelihood"][] = [
  "bernoulli",
  "continuous-bernoulli",
  "gaussian",
  "laplace",
  "auto",
];

/** The experiment in the part of the address after `#`; what is missing or wrong is as by default. */
export function readExperiment(hash: string): { experiment: Experiment; step: number | undefined } {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  const base = DEFAULT_EXPERIMENT;
  const number = (name: string, fallback: number, isRight: (value: number) => boolean) => {
    const value = Number(found.get(name) ?? Number.NaN);
    return isRight(value) ? value : fallback;
  };
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1 && value <= 4096;
  const hidden = (found.get("hidden") ?? "").split("-").map(Number);
  const data = found.get("data");
  const step = number("step", 0, (value) => Number.isSafeInteger(value) && value >= 1);
  return {
    step: step || undefined,
    experiment: {
      data: data === "sprites" ? "sprites" : base.data,
      hidden: hidden.length <= 6 && hidden.every(isCount) ? hidden : base.hidden,
      latent: number("latent", base.latent, (value) => isCount(value) && value <= 256),
      likelihood: LIKELIHOODS.find((each) => each === found.get("likelihood")) ?? base.likelihood,
      beta: number("beta", base.beta, (value) => value >= 0 && value <= 1000),
      learningRate: number("rate", base.learningRate, (value) => value > 0 && value <= 1),
      keepProbability: number("keep", base.keepProbability, (value) => value > 0 && value <= 1),
      batchSize: number("batch", base.batchSize, isCount),
      seed: number("seed", base.seed, (value) => Number.isSafeInteger(value) && value >= 0),
      beside: found.get("beside") === "1",
    },
  };
}

export function writeExperiment(
  found: URLSearchParams,
  experiment: Experiment,
  step: number | undefined,
): void {
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
  if (step) found.set("step", String(step));
  else found.delete("step");
}
