import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError, NumericalError } from "../common/errors.ts";
import type { Runtime } from "../runtime/session.ts";
import { refusingOnce } from "../runtime/testing/refusing-runtime.ts";
import { stripes, tinyVae } from "../train/testing/tiny.ts";
import { VAE } from "./vae.ts";

const data = stripes();

it("is as it was before a training that diverged", async () => {
  const vae = new VAE([16, 12, 2], {
    batchSize: 16,
    likelihood: "gaussian",
    learningRate: 1e30,
    clipValue: 1e30,
  });
  const diverging = { maxIterations: 50 };
  await expect(vae.train(data, diverging)).rejects.toThrow(NumericalError);
  expect(vae.weights).toBeUndefined();

  const { weights } = await trained();
  const begun = new VAE(vae.architecture, vae.hyperparameters, { weights });
  const before = await begun.encode(data);
  await expect(begun.train(data, diverging)).rejects.toThrow(/try a lower learning rate/);
  expect(await begun.encode(data)).toEqual(before);
});

it("does not save weights put in by hand under the history of others", async () => {
  const { weights } = await trained();
  const vae = new VAE([16, 12, 2], {}, { weights });
  const folder = await mkdtemp(join(tmpdir(), "vaekit-by-hand-"));
  await expect(vae.save(join(folder, "run"))).rejects.toThrow(
    new ConfigError("these weights were put in by hand: train the model, or load it"),
  );
  await rm(folder, { recursive: true });
});

it("tries anew what the engine refused once", async () => {
  const { vae, weights } = await trained();
  const runtime = refusingOnce(await vae.engine());
  const other = new VAE([16, 12, 2], {}, { runtime, weights });
  await expect(other.encode(data)).rejects.toThrow("no memory");
  expect(await other.encode(data)).toEqual(await vae.encode(data));
});

it("keeps a bounded number of compiled functions, and frees the one used least recently", async () => {
  const { vae, weights } = await trained();
  const runtime = await vae.engine();
  let made = 0;
  let open = 0;
  const counting: Runtime = {
    ...runtime,
    createSession: async (...request) => {
      const session = await runtime.createSession(...request);
      made++;
      open++;
      const dispose = session.dispose.bind(session);
      session.dispose = () => {
        open--;
        return dispose();
      };
      return session;
    },
  };
  const other = new VAE([16, 12, 2], {}, { runtime: counting, weights });
  const bounds = [];
  for (let samples = 1; samples <= 20; samples++) bounds.push((await other.elbo(data, { samples })).elbo);
  expect(made).toBe(20);
  // The last to be freed may still be on its way.
  expect(open).toBeLessThanOrEqual(13);
  expect((await other.elbo(data, { samples: 1 })).elbo).toBe(bounds[0]);
  expect(made).toBe(21);
  await other.dispose();
  expect(open).toBe(0);
});

describe("bytes", () => {
  it("mean what they meant in the training, whatever their range", async () => {
    const { vae } = await trained();
    const dark = Uint8Array.from({ length: 16 }, (_, index) => index % 2);
    const bright = Uint8Array.from({ length: 16 }, () => 255);
    const { mean } = await vae.encode(Uint8Array.of(...dark, ...bright));
    const alone = await vae.encode(dark);
    for (const d of [0, 1]) expect(alone.mean[d]).toBeCloseTo(mean[d]!, 5);
  });

  it("are scaled in validation as in training", async () => {
    const rows = Uint8Array.from({ length: 64 * 16 }, (_, index) => (index * 37) % 256);
    const dark = rows.slice(0, 16 * 16).fill(1);
    const scaled = Float32Array.from(dark, (value) => value / 255);
    const bounds: number[] = [];
    for (const validation of [dark, scaled])
      await tinyVae().train(rows, {
        maxIterations: 4,
        validation,
        onEvent: (event) => event.type === "validation" && bounds.push(event.elbo),
      });
    expect(bounds[0]).toBe(bounds.at(-1));
    expect(bounds.length).toBe(2);
  });
});

async function trained() {
  const vae = tinyVae();
  await vae.train(data, { maxIterations: 5 });
  return { vae, weights: vae.weights! };
}
