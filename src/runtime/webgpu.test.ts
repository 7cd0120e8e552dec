import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { type HyperparametersInput, type TrainingEvent, VAE } from "../index.ts";
import type { Architecture } from "../models/sizes.ts";
import { nodeRuntime } from "./node.ts";

/** Chromium's Vulkan on the processor, where there is no GPU. */
const VULKAN = process.env.VAEKIT_VULKAN ?? "/usr/lib/chromium";
const hasVulkan = existsSync(`${VULKAN}/vk_swiftshader_icd.json`);
if (!hasVulkan)
  console.warn(
    "SKIPPED: WebGPU is not tested in Node, because there is no Chromium (apt-get install chromium)",
  );

const SIDE = 8;
const STEPS = 30;

/** Discs of every place and size. */
function discs(): Float32Array[] {
  return Array.from({ length: 48 }, (_, index) => {
    const [cx, cy, radius] = [1 + (index % 7), 1 + ((index * 3) % 6), 1 + ((index * 5) % 4) * 0.6];
    return Float32Array.from({ length: SIDE ** 2 }, (__, at) =>
      Math.hypot((at % SIDE) - cx, Math.floor(at / SIDE) - cy) < radius ? 0.95 : 0.05,
    );
  });
}

async function elbosOn(device: "cpu" | "webgpu", architecture: Architecture, given: HyperparametersInput) {
  const runtime = await nodeRuntime({ device });
  const vae = new VAE(architecture, { batchSize: 16, ...given }, { runtime });
  const elbos: number[] = [];
  const onEvent = (event: TrainingEvent) => {
    if (event.type === "iteration") elbos.push(event.elbo);
  };
  await vae.train(discs(), { maxIterations: STEPS, seed: 4, onEvent });
  const { elbo } = await vae.elbo(discs(), { seed: 1 });
  await vae.dispose();
  return [...elbos, elbo];
}

/** Why there is no GPU to test on, if there is none: on a busy machine the driver sometimes gives no device. */
async function missingDevice(): Promise<string | undefined> {
  const { default: koffi } = await import("koffi");
  koffi.load(`${VULKAN}/libvulkan.so.1`);
  process.env.VK_ICD_FILENAMES = `${VULKAN}/vk_swiftshader_icd.json`;
  try {
    await nodeRuntime({ device: "webgpu" });
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError && error.message.includes("there is no GPU here")) return error.message;
    throw error;
  }
}

type Case = readonly [string, Architecture, HyperparametersInput];
const CONVOLUTIONAL: Case = [
  "convolutional",
  { network: "conv", inputShape: [SIDE, SIDE, 1], channels: [4, 8], hidden: [16], latent: 2 },
  {},
];
const DENSE: Case = ["dense", [SIDE ** 2, 24, 2], { keepProbability: 0.9, l2: 1e-4 }];
/** On a processor each takes several seconds, most of them for shaders; Chromium's test has the dense one. */
const CASES = process.env.VAEKIT_WEBGPU ? [CONVOLUTIONAL, DENSE] : [CONVOLUTIONAL];

describe.runIf(hasVulkan)("steps on WebGPU", () => {
  it.for(CASES)(
    "have the CPU's numbers: %s",
    { timeout: 120_000 },
    async ([_, architecture, given], { skip }) => {
      const missing = await missingDevice();
      if (missing !== undefined) {
        console.warn(`SKIPPED: WebGPU is not tested in Node: ${missing}`);
        skip(missing);
      }
      const wanted = await elbosOn("cpu", architecture, given);
      const found = await elbosOn("webgpu", architecture, given);
      expect(found).toHaveLength(STEPS + 1);
      for (const [step, elbo] of found.entries())
        expect(Math.abs(elbo / wanted[step]! - 1)).toBeLessThan(1e-4);
    },
  );
});
