import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Runtime } from "./session.ts";
import { webRuntime } from "./web.ts";

const FILE = "onnxruntime-web/ort-wasm-simd-threaded";

/**
 * The WebAssembly engine, from the files of the installed onnxruntime-web package.
 * @throws Error if the package is missing.
 */
export async function webRuntimeInNode(): Promise<Runtime> {
  const { resolve } = createRequire(import.meta.url);
  const wasm = await readFile(resolve(`${FILE}.wasm`));
  return webRuntime({ files: { script: pathToFileURL(resolve(`${FILE}.mjs`)).href, wasm } });
}
