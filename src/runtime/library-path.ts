import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const LIBRARY_NAME: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/**
 * The ONNX Runtime shared library inside the installed onnxruntime-node package: the very file its own binding
 * loads, wherever the package manager has put it.
 * @throws Error if the package is not installed or ships no library for this platform.
 */
export function libraryPath(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  const name = LIBRARY_NAME[platform];
  const path = name && join(dirname(manifest), "bin", "napi-v6", platform, architecture, name);
  if (!path || !existsSync(path)) {
    throw new Error(`onnxruntime-node has no library for ${platform} ${architecture}`);
  }
  return path;
}
