import { type Dataset, spread } from "../../../src/data/dataset.ts";
import { TrainingWatch } from "../../../src/doctor/watch.ts";
import { trainingSettings } from "../../../src/train/settings.ts";
import type { VAE } from "../../../src/web.ts";

/** The doctor judges a training in the page as one of this length: from a tenth of it on. */
const LENGTH = 2000;
/** Iterations between entries of the history that the doctor reads. */
const LOG_EVERY = 50;
const JUDGED_EVERY = 200;
const JUDGED = 400;

interface Means {
  readonly iteration: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** Lets the doctor look at a training in the page, as it does in the terminal. */
export class Watching {
  private readonly watch: TrainingWatch;
  private readonly judged: Dataset;
  private window: Means[] = [];

  constructor({ hyperparameters, model }: VAE, data: Dataset) {
    const training = trainingSettings.parse({ maxIterations: LENGTH });
    this.watch = new TrainingWatch({ hyperparameters, model, training });
    this.judged = spread(data, JUDGED);
  }

  /** @returns what is worth telling after this iteration; the model's weights have to be up to date */
  async observe(means: Means, vae: VAE): Promise<string[]> {
    const { iteration } = means;
    this.window.push(means);
    const rest = { iteration, epoch: 1 };
    const { learningRate, beta } = vae.hyperparameters;
    if (iteration % LOG_EVERY === 0) {
      const mean = (name: "reconstruction" | "kl") =>
        this.window.reduce((sum, each) => sum + each[name], 0) / this.window.length;
      const [reconstruction, kl] = [mean("reconstruction"), mean("kl")];
      this.window = [];
      this.watch.observe({
        type: "log",
        ...rest,
        learningRate,
        beta,
        reconstruction,
        kl,
        elbo: reconstruction - kl,
      });
    }
    if (iteration % JUDGED_EVERY !== 0) return [];
    const { elbo, reconstruction, kl, klPerDimension } = await vae.elbo(this.judged, { seed: 0 });
    const found = this.watch.observe({
      type: "validation",
      ...rest,
      best: false,
      elbo,
      reconstruction,
      kl,
      ...(klPerDimension && { klPerDimension: Array.from(klPerDimension) }),
    });
    return found.flatMap((event) => (event.type === "warning" ? [event.message] : []));
  }
}
