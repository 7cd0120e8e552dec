/** vaekit's side of the comparison: the reference VAE's training step, as the training loop runs it. */
import type { Dataset } from "../src/data/dataset.ts";
import type { Runtime } from "../src/runtime/session.ts";
import { initialWeights } from "../src/train/initialize.ts";
import { hyperparameters as schema, trainingSettings } from "../src/train/settings.ts";
import { TrainingStep } from "../src/train/step.ts";
import { modelOf } from "../src/vae-model.ts";

export const REFERENCE_ARCHITECTURE = [784, 500, 500, 50];
export const REFERENCE_BATCH = 128;
export const REFERENCE_L2 = 1e-5;

export interface StepRunner {
  /** Trains n more steps. @returns the milliseconds of each */
  steps(n: number): Promise<number[]>;
  stop(): Promise<void>;
}

export async function startVaekit(
  runtime: Runtime,
  data: Dataset,
  { keepProbability }: { keepProbability: number },
): Promise<StepRunner> {
  const hyperparameters = schema.parse({ batchSize: REFERENCE_BATCH, l2: REFERENCE_L2, keepProbability });
  const model = modelOf(REFERENCE_ARCHITECTURE, hyperparameters);
  const settings = trainingSettings.parse({});
  const step = await TrainingStep.create({ model, hyperparameters, settings, data, runtime });
  step.weights.parameters.set((await initialWeights(step.weights.layout, settings.seed)).parameters);
  let iteration = 0;
  return {
    async steps(n) {
      const times: number[] = [];
      for (let i = 0; i < n; i++) {
        const start = performance.now();
        await step.run(++iteration);
        times.push(performance.now() - start);
      }
      return times;
    },
    stop: () => step.dispose(),
  };
}
