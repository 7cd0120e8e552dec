import { describe, expect, it } from "vitest";
import { VAE } from "../vae/vae.ts";

const messageOf = (hyperparameters: object) => {
  try {
    new VAE([4, 2], hyperparameters);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

describe("hyperparameters", () => {
  it.each([
    ["lr", "learningRate"],
    ["learning_rate", "learningRate"],
    ["LearningRate", "learningRate"],
    ["batch", "batchSize"],
    ["batch_size", "batchSize"],
    ["dropout", "keepProbability"],
    ["kl_weight", "beta"],
    ["weight_decay", "weightDecay"],
    ["lambda_l2_reg", "l2"],
    ["nonlinearity", "activation"],
    ["squashing", "likelihood"],
    ["kl_warmup", "klWarmup"],
    ["optim", "optimizer"],
    ["activaton", "activation"],
  ])("%s is taken for %s", (key, meant) => {
    expect(messageOf({ [key]: 1 })).toBe(`there is no setting ${key}: did you mean ${meant}?`);
  });

  it.each([
    ["epochs", "epochs is a setting of the training: give it to train(data, { epochs })"],
    ["seed", "seed is a setting of the training: give it to train(data, { seed })"],
    [
      "max_iter",
      "there is no setting max_iter: did you mean a setting of the training, maxIterations, of train(data, { maxIterations })?",
    ],
    ["latent", "latent is part of the architecture: give it to new VAE({ …, latent })"],
    [
      "hidden_dims",
      "there is no setting hidden_dims: did you mean part of the architecture, hidden, of new VAE({ …, hidden })?",
    ],
    [
      "n_latent",
      "there is no setting n_latent: did you mean part of the architecture, latent, of new VAE({ …, latent })?",
    ],
    ["nothingLikeIt", "there is no setting nothingLikeIt"],
  ])("%s is sent where it belongs", (key, sentence) => {
    expect(messageOf({ [key]: 1 })).toBe(sentence);
  });
});

it("training sends hyperparameters where they belong", async () => {
  const rows = new Float32Array(4 * 128);
  const train = (settings: object) => new VAE([4, 2]).train(rows, settings);
  await expect(train({ batchSize: 3 })).rejects.toThrow(
    "batchSize is a hyperparameter: give it to new VAE(architecture, { batchSize })",
  );
  await expect(train({ lr: 3 })).rejects.toThrow(
    "there is no setting lr: did you mean a hyperparameter, learningRate, of new VAE(architecture, { learningRate })?",
  );
  await expect(train({ n_epochs: 3 })).rejects.toThrow(/n_epochs: did you mean .*epochs/);
});

it("an architecture sends hyperparameters where they belong", () => {
  const given = { network: "conv", inputShape: [8, 8, 1], latent: 2, activation: "relu" } as const;
  expect(() => new VAE(given)).toThrow(
    "activation is a hyperparameter: give it to new VAE(architecture, { activation })",
  );
});
