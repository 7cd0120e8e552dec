import { ConfigError } from "../common/errors.ts";
import { webgpuDevice } from "./device.ts";
import { DOUBLING_MODEL } from "./self-test.ts";
import type { Runtime } from "./session.ts";

/** The version of onnxruntime-node that has what training on a GPU needs. */
const VERSION = "1.30.0";

/**
 * The same engine, whose training steps run on the GPU by the WebGPU provider of the package onnxruntime-node.
 * @throws {ConfigError} when the package is missing, or there is no GPU that it can use
 */
export async function withWebgpu(runtime: Runtime): Promise<Runtime> {
  const ort = await import("onnxruntime-node").catch((cause) => {
    throw new ConfigError(
      `device is webgpu, which needs the package onnxruntime-node: npm install onnxruntime-node@${VERSION}, or train on the CPU`,
      { cause },
    );
  });
  ort.env.logLevel = "fatal";
  const device = webgpuDevice(async () => ort, false);
  const model = Uint8Array.from(atob(DOUBLING_MODEL), (character) => character.charCodeAt(0));
  const session = await device.createSession(model).catch((cause) => {
    throw new ConfigError(
      "device is webgpu, but there is no GPU here that WebGPU can use (on Linux it needs a driver for Vulkan): train on the CPU",
      { cause },
    );
  });
  await session.dispose();
  return { ...runtime, name: "onnxruntime-node (webgpu)", device };
}
