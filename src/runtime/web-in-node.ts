import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ENGINES } from "./packed-engine.ts";
import type { Runtime } from "./session.ts";
import { webRuntime } from "./web.ts";

const NAME = "ort-wasm-simd-threaded";

/**
 * The WebAssembly engine, from the files that come with vaekit or, in a checkout, of the onnxruntime-web package.
 * @throws Error if they are missing.
 */
export async function webRuntimeInNode(): Promise<Runtime> {
  const script = pathOf(`${NAME}.mjs`) ?? inPackage(`${NAME}.mjs`);
  const wasm = await readFile(pathOf(`${NAME}.wasm.gz`) ?? inPackage(`${NAME}.wasm`));
  return webRuntime({ files: { script: pathToFileURL(script).href, wasm } });
}

function pathOf(file: string): string | undefined {
  const path = join(ENGINES, "web", file);
  return existsSync(path) ? path : undefined;
}

function inPackage(file: string): string {
  return createRequire(import.meta.url).resolve(`onnxruntime-web/${file}`);
}
