/**
 * Puts ONNX Runtime's engines into `engines/`, from the pinned packages: the WebAssembly engine, and the native library of each
 * system, compressed to a third of its size. Whoever installs vaekit then needs no other host and no
 * script. Takes about a minute for all systems; done ones are kept.
 *
 * node scripts/build-engines.mjs [SYSTEM ...]   such as linux-x64; default: all
 */
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { writeWebEngine } from "./web-engine.mjs";

/** `DirectML.dll` and the shader compilers of Windows are left out: they are loaded for GPUs only. */
const LIBRARIES = {
  "linux-x64": "libonnxruntime.so.1",
  "linux-arm64": "libonnxruntime.so.1",
  "darwin-arm64": "libonnxruntime.1.dylib",
  "win32-x64": "onnxruntime.dll",
  "win32-arm64": "onnxruntime.dll",
};
const QUALITY = 8;
const LICENCE = `ONNX Runtime, https://github.com/microsoft/onnxruntime

MIT License

Copyright (c) Microsoft Corporation

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

const root = join(fileURLToPath(import.meta.url), "../..");
const out = join(root, "engines");
const { resolve } = createRequire(import.meta.url);
const native = dirname(resolve("onnxruntime-node/package.json"));
const { version } = JSON.parse(await readFile(join(native, "package.json"), "utf8"));
const listed = join(out, "engines.json");
const before = await readFile(listed, "utf8").then(JSON.parse, () => ({}));
const libraries = before.version === version ? before.libraries : {};

await rm(join(out, "web"), { recursive: true, force: true });
await writeWebEngine();
await writeFile(join(out, "LICENSE"), LICENCE);

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LIBRARIES);
await Promise.all(wanted.filter((system) => !libraries[system]).map(compress));
await writeFile(listed, `${JSON.stringify({ version, libraries }, null, 2)}\n`);

async function compress(system) {
  const name = LIBRARIES[system];
  const bytes = await readFile(join(native, "bin/napi-v6", system.replace("-", "/"), name));
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: QUALITY,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  await writeFile(join(out, `${system}.br`), await promisify(brotliCompress)(bytes, { params }));
  libraries[system] = { name, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
