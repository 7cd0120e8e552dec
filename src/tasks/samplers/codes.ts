import { EvaluationNoise } from "../../evaluate/noise.ts";
import { posteriorDraws } from "../../evaluate/posterior-draws.ts";
import { hasPoints } from "../../models/posteriors.ts";
import type { VAE } from "../../vae/vae.ts";
import type { Sampling } from "./sampler.ts";

/** Most training examples whose codes a distribution is fitted to. */
export const MOST_CODES = 10_000;

/** How a model's weights are found by functions that are compiled for one purpose. */
export function sourceOf(vae: VAE) {
  return { model: vae.model, engine: () => vae.engine(), weights: () => vae.weights! };
}

/** Draws of z of training examples, one each; for plain autoencoders their codes. @returns [examples, latent] */
export async function drawnCodes({ run, seed, watch, examples }: Sampling): Promise<Float32Array> {
  const data = await examples(MOST_CODES);
  return watch("encoding", "examples", async (work) => {
    if (hasPoints(run.vae.model)) return (await run.vae.encode(data, work)).mean;
    return Float32Array.from(await posteriorDraws(sourceOf(run.vae), data, seed, work));
  });
}

/** Standard normal and uniform numbers, one at each call. */
export async function randomNumbers(seed: number) {
  const noise = await EvaluationNoise.create();
  const uniform = noise.source({ seed, stream: "prior" });
  // Box & Muller (1958).
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/** Each dimension less its mean, over its deviation, and the way back. */
export function standardized(codes: Float32Array, latent: number) {
  const n = codes.length / latent;
  const mean = new Float64Array(latent);
  const deviation = new Float64Array(latent);
  for (const [at, value] of codes.entries()) mean[at % latent]! += value / n;
  for (const [at, value] of codes.entries()) deviation[at % latent]! += (value - mean[at % latent]!) ** 2 / n;
  for (let d = 0; d < latent; d++) deviation[d] = Math.sqrt(deviation[d]!) || 1;
  return {
    rows: codes.map((value, at) => (value - mean[at % latent]!) / deviation[at % latent]!),
    restored: (rows: Float32Array) =>
      rows.map((value, at) => value * deviation[at % latent]! + mean[at % latent]!),
  };
}
