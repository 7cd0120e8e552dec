import { hyperparameters } from "../../models/hyperparameters.ts";
import { trainingSettings } from "../../train/settings.ts";
import type { RunConfig } from "../config.ts";

/** A small run: rows of 6 values, one hidden layer of 5 units with running statistics, 2 latent dimensions. */
export const exampleConfig: RunConfig = {
  formatVersion: 1,
  createdBy: { vaekit: "0.1.0", engine: { name: "onnxruntime-node (native)", version: "1.30.0" } },
  data: {
    source: "mnist",
    scale: 255,
    examples: { train: 55_000, validation: 5_000, test: 10_000 },
    fingerprint: "0123456789abcdef".repeat(4),
  },
  architecture: [6, 5, 2],
  hyperparameters: hyperparameters.parse({ learningRate: 3e-4, normalization: "batch" }),
  training: trainingSettings.parse({ maxIterations: 300, seed: 7 }),
  model: {
    inputShape: [2, 3],
    encoder: [
      { type: "dense", units: 5, initialization: "he" },
      { type: "batchNorm" },
      { type: "activation", activation: "elu" },
    ],
    latent: 2,
    decoder: [
      { type: "dense", units: 5 },
      { type: "activation", activation: "elu" },
    ],
    likelihood: { type: "bernoulli" },
  },
};
