/** vaekit's side of the comparison: a VAE's training step, as the training loop runs it. */

import { type Dataset, dataset } from "../src/data/dataset.ts";
import { mnist } from "../src/data/formats/mnist.ts";
import { modelOf } from "../src/models/build.ts";
import { hyperparameters as schema } from "../src/models/hyperparameters.ts";
import type { Runtime } from "../src/runtime/session.ts";
import { CpuStep } from "../src/train/cpu-step.ts";
import { initialWeights } from "../src/train/initialize.ts";
import { trainingSettings } from "../src/train/settings.ts";
import { type BenchCase, KERNEL, STRIDE } from "./cases.ts";

export const REFERENCE_L2 = 1e-5;
const NOISE_IMAGES = 2048;

export interface StepRunner {
  /** Trains n more steps. @returns the milliseconds of each */
  steps(n: number): Promise<number[]>;
  stop(): Promise<void>;
}

export async function startVaekit(runtime: Runtime, bench: BenchCase): Promise<StepRunner> {
  const { image, channels, hidden, latent, batchSize, keepProbability } = bench;
  const hyperparameters = schema.parse({ batchSize, l2: REFERENCE_L2, keepProbability });
  const model =
    channels.length === 0
      ? modelOf([image[0] * image[1] * image[2], ...hidden, latent], hyperparameters)
      : modelOf(
          {
            network: "conv",
            inputShape: [...image],
            channels: [...channels],
            kernel: KERNEL,
            stride: STRIDE,
            hidden: [...hidden],
            latent,
          },
          hyperparameters,
        );
  const settings = trainingSettings.parse({});
  const data = await dataOf(bench);
  const step = await CpuStep.create({ model, hyperparameters, settings, data, runtime });
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

async function dataOf({ data, image }: BenchCase): Promise<Dataset> {
  if (data === "mnist") return (await mnist({ splits: ["train"] })).train;
  const values = NOISE_IMAGES * image[0] * image[1] * image[2];
  return dataset(
    Uint8Array.from({ length: values }, () => 256 * Math.random()),
    { shape: image },
  );
}
