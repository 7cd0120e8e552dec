import { expect, it } from "vitest";
import type { TrainingEvent } from "../train/events.ts";
import { stripes } from "../train/testing/tiny.ts";
import { VAE } from "../vae/vae.ts";

it.each(["elbo", "iwae"] as const)(
  "with one draw is the ELBO that evaluation gives, under %s",
  async (objective) => {
    const vae = new VAE([16, 12, 2], { batchSize: 16, objective });
    const validation = stripes(40, 2);
    const events: TrainingEvent[] = [];
    await vae.train(stripes(), { maxIterations: 4, validation, onEvent: (event) => events.push(event) });
    const [validated] = events.filter((event) => event.type === "validation");
    const { elbo, kl } = await vae.elbo(validation);
    expect(validated).toMatchObject({ elbo, kl });
    expect(validated).not.toHaveProperty("bound");
  },
);
