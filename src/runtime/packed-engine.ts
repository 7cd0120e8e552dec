/**
 * The native engines in the package's folder `engines`: one compressed library a system, made by
 * scripts/build-engines.mjs. The one of this machine is unpacked when it is first used (a fifth of a second, 25 to 46 MB):
 * it takes the place of its packed file or, where that folder is read-only, lies in the user's cache.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { threadId } from "node:worker_threads";
import { brotliDecompressSync } from "node:zlib";

/** Beside `dist`, whether this file is compiled or bundled: both lie two folders deep. */
export const ENGINES = fileURLToPath(new URL("../../engines", import.meta.url));

interface Library {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * @param folder of the packed engines
 * @param cache where they are unpacked to when `folder` cannot be written
 * @returns path of the library; undefined where there is none for this system
 * @throws Error if it is damaged or can be written nowhere
 */
export function unpackedEngine(
  platform: string,
  architecture: string,
  folder = ENGINES,
  cache = userCache(),
): string | undefined {
  const system = `${platform}-${architecture}`;
  const listed = readListed(folder);
  const library = listed?.libraries[system];
  if (!listed || !library) return undefined;
  const places = [join(folder, system), join(cache, "vaekit", `onnxruntime-${listed.version}-${system}`)];
  const unpackedBefore = () =>
    places.map((place) => join(place, library.name)).find((path) => sizeOf(path) === library.bytes);
  const there = unpackedBefore();
  if (there) return there;
  const packed = join(folder, `${system}.br`);
  const content = read(packed);
  if (!content) {
    // Another process has unpacked it since the first look.
    const now = unpackedBefore();
    if (now) return now;
    throw new Error(`${packed} is missing: install vaekit again`);
  }
  const bytes = unpack(packed, content, library);
  let failure: unknown;
  for (const place of places) {
    try {
      const path = write(place, library.name, bytes);
      if (place === places[0]) rmSync(packed, { force: true });
      return path;
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`the engine cannot be unpacked to ${places.join(" or ")}`, { cause: failure });
}

function readListed(folder: string) {
  try {
    const text = readFileSync(join(folder, "engines.json"), "utf8");
    return JSON.parse(text) as { version: string; libraries: Readonly<Record<string, Library>> };
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

function unpack(path: string, content: Buffer, { sha256 }: Library): Buffer {
  const bytes = brotliDecompressSync(content);
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  throw new Error(`${path} is damaged: install vaekit again`);
}

/** Whole or not at all: other processes may do the same. */
function write(place: string, name: string, bytes: Buffer): string {
  mkdirSync(place, { recursive: true });
  const path = join(place, name);
  const temporary = `${path}.${process.pid}-${threadId}.tmp`;
  try {
    writeFileSync(temporary, bytes, { mode: 0o755 });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
  return path;
}

function userCache(): string {
  if (process.platform === "win32") return process.env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches");
  return process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
}
