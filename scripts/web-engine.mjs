import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const NAME = "ort-wasm-simd-threaded";
const { resolve } = createRequire(import.meta.url);

/** The folder in which the package has the WebAssembly engine, for Node, for pages of users and for the studio. */
export const WEB_ENGINE = join(fileURLToPath(import.meta.url), "../../engines/web");

/**
 * Writes the WebAssembly engine's two files. The module is compressed by gzip, 3.7 MB for 14.2: loaders decompress it
 * themselves, so that any static host sends the small file.
 */
export async function writeWebEngine() {
  await mkdir(WEB_ENGINE, { recursive: true });
  const module = await readFile(resolve(`onnxruntime-web/${NAME}.wasm`));
  await writeFile(join(WEB_ENGINE, `${NAME}.wasm.gz`), gzipSync(module, { level: 9 }));
  await writeFile(join(WEB_ENGINE, `${NAME}.mjs`), await readFile(resolve(`onnxruntime-web/${NAME}.mjs`)));
}
