import { expect, it } from "vitest";
import { exampleValues } from "../../data/dataset.ts";
import { collect, stripes } from "../../train/testing/tiny.ts";
import { VAE } from "../../vae/vae.ts";

it.each(["soft", "hard"] as const)(
  "learns classes with %s draws, at a temperature that falls",
  async (draws) => {
    const data = stripes(256, 1);
    const posterior = `concrete:classes=4,draws=${draws},anneal=0.01,least=0.4` as const;
    const vae = new VAE([16, 16, 4], { batchSize: 32, learningRate: 1e-2, posterior, klWarmup: 100 });
    const { of } = await collect(vae.trainingEvents(data, { maxIterations: 200 }));
    const events = of("iteration");
    expect(events[0]!.measures!.temperature).toBe(1);
    expect(events[50]!.measures!.temperature).toBeCloseTo(Math.exp(-0.5), 5);
    expect(events.at(-1)!.measures!.temperature).toBeCloseTo(0.4, 6);
    const { elbo, kl, reconstruction } = await vae.elbo(data, { samples: 50 });
    expect(elbo).toBeGreaterThan(events[0]!.elbo + 2);
    // One of four stripes: ln 4 nats at most.
    expect(kl).toBeGreaterThan(1);
    expect(kl).toBeLessThanOrEqual(Math.log(4) + 1e-5);
    expect(elbo).toBeCloseTo(reconstruction - kl, 4);
    // Four points of z: the likelihood is a sum over them, which draws of q find.
    const likelihoods = await vae.logLikelihood(data, { samples: 500 });
    const sums = await exactLikelihood(vae, data);
    const difference = likelihoods.reduce((sum, each, at) => sum + each - sums[at]!, 0) / 256;
    expect(difference).toBeLessThan(1e-3);
    expect(difference).toBeGreaterThan(-0.3);
    await vae.dispose();
  },
);

/** ln ¼·Σ p(x|class) of each example, for Bernoulli pixels. */
async function exactLikelihood(vae: VAE, data: ReturnType<typeof stripes>): Promise<number[]> {
  const classes = [0, 1, 2, 3].map((own) => [0, 1, 2, 3].map((each) => (each === own ? 1 : 0)));
  const means = await vae.decode(classes, { units: "model" });
  const x = exampleValues(data, { start: 0, end: data.examples });
  return Array.from({ length: data.examples }, (_, row) => {
    const logs = classes.map((__, own) => {
      let sum = 0;
      for (let at = 0; at < 16; at++) {
        const [p, value] = [means[own * 16 + at]!, x[row * 16 + at]!];
        sum += value * Math.log(p) + (1 - value) * Math.log(1 - p);
      }
      return sum;
    });
    const most = Math.max(...logs);
    return most + Math.log(logs.reduce((sum, each) => sum + Math.exp(each - most), 0) / 4);
  });
}

it("refuses what has no meaning with a sentence", () => {
  const train = (latent: number, settings: object) =>
    new VAE([16, 8, latent], { posterior: "concrete:classes=4", batchSize: 8, ...settings }).train(
      stripes(16, 1),
      {
        maxIterations: 1,
      },
    );
  return Promise.all([
    expect(train(6, {})).rejects.toThrow("which do not divide it"),
    expect(train(4, { objective: "iwae", latentSamples: 2 })).rejects.toThrow("relaxes its draws"),
  ]);
});
