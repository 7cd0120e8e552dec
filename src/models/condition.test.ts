import { describe, expect, it } from "vitest";
import { dataset } from "../data/dataset.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { modelSchema } from "./schema/model.ts";

const data = stripes(200, 1);

function conditioned(condition: "labels" | `labels:into=${string}` = "labels") {
  return new VAE([16, 12, 2], { batchSize: 16, learningRate: 1e-2, condition });
}

describe("a condition", () => {
  it("puts the class of a sample where it was asked for", async () => {
    const vae = conditioned("labels:into=decoder");
    await vae.train(data, { maxIterations: 150 });
    for (const label of [0, 3]) {
      const means = await vae.sample(20, { given: { label }, units: "model" });
      const rows = [0, 1, 2, 3].map((row) =>
        means.reduce((sum, each, at) => sum + (Math.floor((at % 16) / 4) === row ? each : 0), 0),
      );
      expect(rows.indexOf(Math.max(...rows))).toBe(label);
    }
    await vae.dispose();
  });

  it("stands in the configuration with the classes of the training data", async () => {
    const vae = conditioned();
    expect(vae.model.condition).toEqual({ from: "labels", into: ["encoder", "decoder"] });
    await vae.train(data, { maxIterations: 1 });
    expect(vae.model.condition?.classes).toBe(4);
    expect(modelSchema.parse(JSON.parse(JSON.stringify(vae.model)))).toEqual(vae.model);
    await vae.dispose();
  });

  it("is refused with a sentence where it is missing, unknown or useless", async () => {
    const vae = conditioned();
    const { labels: _, ...unlabelled } = data;
    await expect(vae.train(unlabelled, { maxIterations: 1 })).rejects.toThrow("stripes has none");
    const partly = dataset(new Uint8Array(16 * 32), {
      shape: [4, 4, 1],
      labels: Int32Array.from({ length: 32 }, (__, i) => (i === 5 ? -1 : 1)),
    });
    await expect(vae.train(partly, { maxIterations: 1 })).rejects.toThrow("example 5 of");
    await vae.train(data, { maxIterations: 1 });
    await expect(vae.sample(2)).rejects.toThrow("none were given: give one of 0 to 3");
    await expect(vae.decode([[0, 0]])).rejects.toThrow('`given: {"label":0}`');
    await expect(vae.sample(2, { given: { label: 4 } })).rejects.toThrow("the classes 0 to 3");
    await expect(vae.sample(2, { given: { labels: [1] } })).rejects.toThrow("give one for each");
    await expect(vae.encode(unlabelled)).rejects.toThrow("has none");
    const plain = new VAE([16, 12, 2], { batchSize: 16 });
    await plain.train(data, { maxIterations: 1 });
    await expect(plain.sample(2, { given: { label: 1 } })).rejects.toThrow("not conditioned");
    expect(() => conditioned("labels:into=middle")).toThrow("one of encoder, decoder, prior");
    expect(() => new VAE([16, 2], { condition: "batch" as "labels" })).toThrow("condition is");
    await Promise.all([vae.dispose(), plain.dispose()]);
  });
});
