import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, relative, sep } from "node:path";
import { RunError } from "../common/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".ttf": "font/ttf",
  ".json": "application/json",
  ".bin": "application/octet-stream",
  ".svg": "image/svg+xml",
};

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

/**
 * The files of the built app by address, listed once: an address that is not among them leads nowhere, whatever dots
 * and slashes it has.
 * @throws {RunError} when the app was not built
 */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const missing = "the studio's pages are missing from vaekit: run npm run build:studio";
  const folder = join(dirname(createRequire(import.meta.url).resolve("vaekit/studio/explorer.html")), "app");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    throw new RunError(missing, { cause: error });
  });
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(address, { path, type: TYPES[extname(entry.name)] ?? "application/octet-stream" });
  }
  const index = files.get("/index.html");
  if (!index) throw new RunError(missing);
  files.set("/", index);
  return files;
}

export async function readPage({ path }: PageFile): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path));
}
