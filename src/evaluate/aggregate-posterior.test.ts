import { describe, expect, it } from "vitest";
import { draws, normals } from "../../test/reference/normals.ts";
import { aggregateKl, meanKlInClosedForm, meanKlOfDraws } from "./aggregate-posterior.ts";

describe("aggregateKl", () => {
  const EXAMPLES = 1500;

  it("is that of a Gaussian channel", () => {
    // x ~ N(0, 1), z|x ~ N(ax, s²): I = ½ ln(1 + a²/s²), and z ~ N(0, a² + s²).
    const [a, s] = [1.2, 0.5];
    const normal = normals(3);
    const mean = draws(EXAMPLES, normal).map((x) => a * x);
    const logVariance = new Float32Array(EXAMPLES).fill(2 * Math.log(s));
    const kl = (m: number, v: number) => 0.5 * (m * m + Math.exp(v) - 1 - v);
    const posteriors = { mean, logVariance, latent: 1 };
    const { mutualInformation, marginalKl } = aggregateKl(
      posteriors,
      draws(EXAMPLES, normal),
      meanKlInClosedForm(posteriors, kl),
    );
    const truth = 0.5 * Math.log(1 + (a / s) ** 2);
    expect(Math.abs(mutualInformation.mean - truth)).toBeLessThan(4 * mutualInformation.standardError);
    expect(mutualInformation.standardError).toBeLessThan(0.03);
    const variance = a * a + s * s;
    expect(marginalKl).toBeCloseTo(0.5 * (variance - 1 - Math.log(variance)), 1);
  });

  it("splits the mean KL exactly", () => {
    const normal = normals(8);
    const mean = draws(2 * EXAMPLES, normal).map((x) => 0.8 * x);
    const logVariance = draws(2 * EXAMPLES, normal).map((x) => -1 + 0.2 * x);
    let kl = 0;
    for (let i = 0; i < mean.length; i++)
      kl += (0.5 * (mean[i]! ** 2 + Math.exp(logVariance[i]!) - 1 - logVariance[i]!)) / EXAMPLES;
    const posteriors = { mean, logVariance, latent: 2 };
    const noise = draws(2 * EXAMPLES, normal);
    const { mutualInformation, marginalKl } = aggregateKl(posteriors, noise, kl);
    expect(mutualInformation.mean + marginalKl).toBeCloseTo(kl, 9);
    // Draws of z against ln N(z; 0, I) agree with the closed form within their error.
    const logPrior = Float32Array.from({ length: EXAMPLES }, (_, example) => {
      const z = [0, 1].map((d) => {
        const at = 2 * example + d;
        return mean[at]! + Math.exp(logVariance[at]! / 2) * noise[at]!;
      });
      return -0.5 * (z[0]! ** 2 + z[1]! ** 2) - Math.log(2 * Math.PI);
    });
    expect(Math.abs(meanKlOfDraws(posteriors, noise, logPrior) - kl)).toBeLessThan(0.1);
  });

  it("is what each density, computed on its own, gives", () => {
    const normal = normals(5);
    const [mean, logVariance, noise] = [draws(8, normal), draws(8, normal), draws(8, normal)];
    const density = (z: number[], example: number) =>
      z.reduce((product, value, d) => {
        const variance = Math.exp(logVariance[2 * example + d]!);
        const distance = (value - mean[2 * example + d]!) ** 2 / variance;
        return (product * Math.exp(-distance / 2)) / Math.sqrt(2 * Math.PI * variance);
      }, 1);
    const terms = [0, 1, 2, 3].map((example) => {
      const z = [0, 1].map(
        (d) => mean[2 * example + d]! + Math.exp(logVariance[2 * example + d]! / 2) * noise[2 * example + d]!,
      );
      const all = [0, 1, 2, 3].map((other) => density(z, other));
      return Math.log(density(z, example) / (all.reduce((sum, each) => sum + each, 0) / 4));
    });
    const expected = terms.reduce((sum, term) => sum + term, 0) / 4;
    const spread = terms.reduce((sum, term) => sum + (term - expected) ** 2, 0);
    const { mutualInformation } = aggregateKl({ mean, logVariance, latent: 2 }, noise, 0);
    expect(mutualInformation.mean).toBeCloseTo(expected, 9);
    expect(mutualInformation.standardError).toBeCloseTo(Math.sqrt(spread / 3 / 4), 9);
  });

  it("knows no more than which example it was", () => {
    const mean = Float32Array.from({ length: 20 }, (_, example) => 1000 * example);
    const { mutualInformation, mutualInformationLimit } = aggregateKl(
      { mean, logVariance: new Float32Array(20), latent: 1 },
      new Float32Array(20),
      0,
    );
    expect(mutualInformation.mean).toBeCloseTo(Math.log(20), 9);
    expect(mutualInformationLimit).toBe(Math.log(20));
  });

  it("is 0 for posteriors that have collapsed", () => {
    const { mutualInformation, marginalKl } = aggregateKl(
      { mean: new Float32Array(60), logVariance: new Float32Array(60), latent: 3 },
      draws(60, normals(2)),
      0,
    );
    expect(mutualInformation.mean).toBeCloseTo(0, 12);
    expect(marginalKl).toBeCloseTo(0, 12);
  });
});
