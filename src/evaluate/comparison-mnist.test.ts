import { expect, it } from "vitest";
import { subset } from "../data/dataset.ts";
import { mnist } from "../data/formats/mnist.ts";
import { VAE } from "../vae/vae.ts";
import { compareWithPrior } from "./comparison.ts";

async function trainedAndCompared(deterministic: boolean) {
  const { train, test } = await mnist({ splits: ["train", "test"] });
  // From a bias of 0, codes of a plain autoencoder leave the centre within these iterations.
  const vae = new VAE([784, 128, 2], { deterministic, outputBias: "zero" });
  await vae.train(train, { maxIterations: 1500 });
  const data = { train: subset(train, 0, 5000), heldOut: subset(test!, 0, 5000) };
  const comparison = await compareWithPrior(vae, data, { points: 1000 });
  await vae.dispose();
  return comparison;
}

it("tells a variational autoencoder of digits from a plain one with the same networks", async () => {
  const variational = await trainedAndCompared(false);
  const plain = await trainedAndCompared(true);
  expect(plain.heldOut).toEqual(variational.heldOut);
  for (const prior of ["standard", "fitted"] as const) {
    const [ours, theirs] = [variational[prior], plain[prior]];
    expect(theirs.cells!.holes - ours.cells!.holes).toBeGreaterThan(0.1);
    expect(theirs.uncovered - ours.uncovered).toBeGreaterThan(0.1);
  }
  const [ours, theirs] = [variational.standard.nearestRow, plain.standard.nearestRow];
  const error = Math.hypot(ours.standardError, theirs.standardError);
  expect(theirs.mean - ours.mean).toBeGreaterThan(2 * error);
}, 90_000);
