import type { Dataset } from "../../../src/data/dataset.ts";
import { chooseLikelihood } from "../../../src/train/choose-likelihood.ts";
import type { TrainingEvent } from "../../../src/train/events.ts";
import { VAE } from "../../../src/web.ts";
import type { Experiment } from "./protocol.ts";

const MOST_ITERATIONS = 1_000_000;

type Iteration = Extract<TrainingEvent, { type: "iteration" }>;

/** A model and its training, iteration by iteration. */
export class Course {
  readonly vae: VAE;
  /** What steps run on. */
  device = "";
  private readonly events: AsyncGenerator<TrainingEvent, void, void>;
  private last: Iteration | undefined;

  constructor(vae: VAE, data: Dataset, seed: number) {
    this.vae = vae;
    this.events = vae.trainingEvents(data, {
      maxIterations: MOST_ITERATIONS,
      seed,
      logEvery: MOST_ITERATIONS,
      checkpointEvery: 0,
      checkpointSeconds: 0,
    });
  }

  /** The next iteration's means. @param warn told of what the training warns of */
  async next(warn: (message: string) => void): Promise<Iteration | undefined> {
    for (;;) {
      const { value, done } = await this.events.next();
      if (done) return undefined;
      if (value.type === "start") this.device = value.device;
      if (value.type === "warning") warn(value.message);
      if (value.type === "iteration") {
        this.last = value;
        return value;
      }
    }
  }

  /** Brings the model's weights up to date, where they are on a GPU. */
  async read(): Promise<void> {
    await this.last?.read();
  }

  async end(): Promise<void> {
    await this.read();
    await this.events.return();
  }
}

/** The model of an experiment and, where one is wanted, the plain autoencoder beside it. */
export interface Courses {
  readonly main: Course;
  readonly beside: Course | undefined;
}

/** @param loaded a saved model to begin with, instead of the experiment's */
export function firstCourses(experiment: Experiment, data: Dataset, loaded: VAE | undefined): Courses {
  const { hidden, latent, likelihood, beta, learningRate, keepProbability, batchSize, seed } = experiment;
  const chosen = likelihood === "auto" ? chooseLikelihood(data).hyperparameters : { likelihood };
  const settings = { ...chosen, learningRate, keepProbability, batchSize };
  const values = data.shape.reduce((product, length) => product * length, 1);
  const make = (extra: object) =>
    new Course(new VAE([values, ...hidden, latent], { ...settings, ...extra }), data, seed);
  return {
    main: loaded ? new Course(loaded, data, seed + (loaded.iteration ?? 0)) : make({ beta }),
    beside: experiment.beside && !loaded ? make({ posterior: "point" }) : undefined,
  };
}

/** Goes on with the same weights and other settings; the optimizer's moments begin anew. */
export async function changedCourses(
  { main, beside }: Courses,
  data: Dataset,
  { beta, learningRate }: { beta: number; learningRate: number },
  seed: number,
): Promise<Courses> {
  await main.end();
  await beside?.end();
  const goOn = ({ vae }: Course, extra: object) => {
    const { architecture, model, weights } = vae;
    const hyperparameters = { ...vae.hyperparameters, learningRate, ...extra };
    return new Course(
      VAE.from({ architecture, hyperparameters, model }, weights ? { weights } : {}),
      data,
      seed,
    );
  };
  return { main: goOn(main, { beta }), beside: beside && goOn(beside, {}) };
}
