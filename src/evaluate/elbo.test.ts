import { describe, expect, it } from "vitest";
import { exampleValues, take } from "../data/dataset.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";
import { countActiveUnits } from "./evaluation.ts";
import { EvaluationNoise } from "./noise.ts";

/** More than are computed at once, and no multiple of it. */
const EXAMPLES = 1203;
const VALUES = 16;
const LATENT = 2;

describe("the ELBO of examples in several chunks", () => {
  it("draws z of each example anew", async () => {
    const vae = new VAE([VALUES, 12, LATENT], { batchSize: 16, learningRate: 1e-2 });
    await vae.train(stripes(), { maxIterations: 20 });
    const alike = take(stripes(), new Uint32Array(EXAMPLES));
    const { perExample } = await vae.elbo(alike, { samples: 3, seed: 4 });
    const expected = await boundsOf(vae, exampleValues(alike, [0]), { samples: 3, seed: 4 });
    const errors = expected.map((bound, example) =>
      Math.abs(perExample.reconstruction[example]! - perExample.kl[example]! - bound),
    );
    expect(Math.max(...errors)).toBeLessThan(1e-4);
  });

  it("binarises each example by a draw of its own", async () => {
    const half = () => new Float32Array(EXAMPLES * VALUES).fill(0.5);
    const vae = new VAE([VALUES, LATENT], { batchSize: 16, binarize: "always", learningRate: 1e-2 });
    await vae.train(half(), { maxIterations: 5 });
    const byHand = half();
    (await EvaluationNoise.create()).binarize(byHand, { seed: 3, stream: "evaluationBinarization" }, 0);
    const options = { seed: 3, samples: 2 };
    expect(await vae.elbo(half(), options)).toEqual(await vae.elbo(byHand, options));
  });
});

it("counts the dimensions whose posterior mean varies by more than 0.01 as active", () => {
  expect(countActiveUnits({ examples: 3, meanVariance: Float64Array.of(0.009, 0.011, 0.05) })).toBe(2);
});

/** The mean of ln p(x, z)/q(z|x) over draws of z, for as many examples that are all x. */
async function boundsOf(vae: VAE, x: Float32Array, { samples, seed }: { samples: number; seed: number }) {
  const { mean, logVariance } = await vae.encode(x);
  const epsilon = new Float32Array(EXAMPLES * samples * LATENT);
  (await EvaluationNoise.create()).fill(epsilon, { seed, stream: "evaluation" });
  const z = epsilon.map((value, at) => mean[at % LATENT]! + Math.exp(logVariance[at % LATENT]! / 2) * value);
  const bounds = new Float64Array(EXAMPLES);
  for (const [at, value] of z.entries())
    bounds[Math.floor(at / LATENT / samples)]! +=
      (epsilon[at]! ** 2 + logVariance[at % LATENT]! - value ** 2) / (2 * samples);
  for (const [at, p] of (await vae.decode(z)).entries()) {
    const pixel = x[at % VALUES]!;
    bounds[Math.floor(at / VALUES / samples)]! +=
      (pixel * Math.log(p) + (1 - pixel) * Math.log1p(-p)) / samples;
  }
  return bounds;
}
