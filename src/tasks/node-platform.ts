import { loadModel, saveModel } from "../run/saved.ts";
import { nodeRuntime } from "../runtime/node.ts";
import { type Platform, providePlatform } from "../vae/platform.ts";

/** ONNX Runtime in Node, and models in run directories. Importing this file provides it. */
export const nodePlatform: Platform = { engine: () => nodeRuntime(), load: loadModel, save: saveModel };

providePlatform(nodePlatform);
