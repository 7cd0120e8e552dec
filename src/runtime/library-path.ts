import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { usesGlibc } from "./native-platforms.ts";
import { unpackedEngine } from "./packed-engine.ts";

const LIBRARY_NAME: Readonly<Record<string, string>> = {
  linux: "libonnxruntime.so.1",
  darwin: "libonnxruntime.1.dylib",
  win32: "onnxruntime.dll",
};

/**
 * The ONNX Runtime shared library: that of the onnxruntime-node package where it is installed, the very file that its
 * own binding loads, otherwise the one that comes with vaekit.
 * @throws Error if there is no library for this platform, or no place to unpack it.
 */
export function libraryPath(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const path = pathInPackage(platform, architecture) ?? pathUnpacked(platform, architecture);
  if (path) return path;
  throw new Error(`there is no library for ${platform} ${architecture}`);
}

function pathUnpacked(platform: string, architecture: string): string | undefined {
  if (platform === "linux" && !usesGlibc()) throw new Error("there is no library for Linux with musl");
  return unpackedEngine(platform, architecture);
}

function pathInPackage(platform: string, architecture: string): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
    const name = LIBRARY_NAME[platform];
    const path = name && join(dirname(manifest), "bin", "napi-v6", platform, architecture, name);
    return path && existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
