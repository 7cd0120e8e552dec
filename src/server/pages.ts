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
  /** The same file compressed by gzip, where the build made one. */
  readonly compressed?: string | undefined;
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
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const known = new Set(paths);
  for (const path of paths) {
    const compressed = known.has(`${path}.gz`) ? `${path}.gz` : undefined;
    if (path.endsWith(".gz") && known.has(path.slice(0, -".gz".length))) continue;
    const address = `/${relative(folder, path).split(sep).join("/")}`;
    files.set(address, { path, type: TYPES[extname(path)] ?? "application/octet-stream", compressed });
  }
  const index = files.get("/index.html");
  if (!index) throw new RunError(missing);
  files.set("/", index);
  return files;
}

/** The bytes to send, and the headers that describe them. @param accepted the request's `Accept-Encoding` */
export async function readPage(
  { path, type, compressed }: PageFile,
  accepted: string | undefined,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; headers: Record<string, string> }> {
  const isSmall = compressed !== undefined && /\bgzip\b(?!;\s*q=0(?:\.0*)?(?:,|\s|$))/i.test(accepted ?? "");
  return {
    bytes: new Uint8Array(await readFile(isSmall ? compressed : path)),
    headers: {
      "Content-Type": type,
      ...(compressed && { Vary: "Accept-Encoding" }),
      ...(isSmall && { "Content-Encoding": "gzip" }),
    },
  };
}
