import { VAE } from "../../src/index.ts";

const SIDE = 16;
/** With the batch of 128, large enough for halves of a batch at the same time where the engine has them. */
const ARCHITECTURE = [SIDE ** 2, 128, 4];
const EXAMPLES = 256;

/** Bars of random height in [0, 1]: the same values everywhere. */
export function bars(): Float32Array[] {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: EXAMPLES }, () => {
    const height = next();
    return Float32Array.from({ length: SIDE ** 2 }, (_, index) =>
      Math.floor(index / SIDE) / SIDE < height ? 0.9 : 0.1,
    );
  });
}

/** @returns the model after 100 steps, and the training's ELBO at every step */
export async function trainBars(): Promise<{ vae: VAE; elbos: number[] }> {
  const vae = new VAE(ARCHITECTURE, { batchSize: 128, keepProbability: 0.9 });
  const elbos: number[] = [];
  await vae.train(bars(), {
    maxIterations: 100,
    logEvery: 1,
    seed: 7,
    onEvent: (event) => {
      if (event.type === "iteration") elbos.push(event.elbo);
    },
  });
  return { vae, elbos };
}

/** Steps after which numbers of a GPU are compared. */
export const GPU_STEPS = 30;

/** A smaller network: a GPU whose work a processor does is slow. */
export async function trainSmall(maxIterations: number) {
  const vae = new VAE([SIDE ** 2, 24, 2], { batchSize: 32, keepProbability: 0.9, l2: 1e-4 });
  const elbos: number[] = [];
  let device = "";
  await vae.train(bars(), {
    maxIterations,
    seed: 7,
    onEvent: (event) => {
      if (event.type === "start") ({ device } = event);
      if (event.type === "iteration") elbos.push(event.elbo);
    },
  });
  return { vae, elbos, device };
}
