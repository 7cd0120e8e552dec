import type { Stats } from "node:fs";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../common/errors.ts";
import { lookUp, unreadable } from "./files.ts";
import type { Source, SourceFolder } from "./source.ts";

/** A file on disk, of any size, read by offset; it is opened for each piece, so nothing needs closing. */
export async function fileSource(path: string): Promise<Source> {
  const found = await lookUp(path);
  if (!found) throw new DataError(`${path} does not exist: check the path`);
  if (!found.isFile()) throw new DataError(`${path} is ${kindOf(found)}: pass a file`);
  return { name: path, size: found.size, read: (start, end) => readPiece(path, start, end) };
}

async function readPiece(path: string, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0)
        throw new DataError(`${path} ends before byte ${end}: it became shorter while it was read`);
      filled += bytesRead;
    }
    return bytes;
  } catch (cause) {
    throw cause instanceof DataError ? cause : unreadable(path, cause);
  } finally {
    await file?.close();
  }
}

/** What is neither a file nor a folder, as it stands in a sentence. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return "a folder";
  if (found.isSocket()) return "a socket";
  if (found.isFIFO()) return "a named pipe";
  return found.isFile() ? "a file" : "a device";
}

/** How deep folders may lie in one another. */
const DEEPEST = 32;

/** A folder on disk with all that lies below it; hidden files and folders, sockets and broken links are left out. */
export async function folderSource(path: string): Promise<SourceFolder> {
  const paths = await filesBelow(path, "", 0, new Set());
  // By code point, so that the order is the same on every system.
  paths.sort((a, b) => (a < b ? -1 : 1));
  return { name: path, paths, open: (inside) => fileSource(join(path, inside)) };
}

async function filesBelow(
  root: string,
  inside: string,
  depth: number,
  above: ReadonlySet<string>,
): Promise<string[]> {
  const folder = join(root, inside);
  const { dev, ino } = await stat(folder).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const identity = `${dev}:${ino}`;
  if (above.has(identity) || depth > DEEPEST)
    throw new DataError(`${folder} leads round in a circle, by a link to a folder above it: remove the link`);
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause) => {
    throw unreadable(folder, cause);
  });
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`;
    const kind = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
    if (kind?.isFile()) files.push(path);
    if (kind?.isDirectory())
      files.push(...(await filesBelow(root, path, depth + 1, new Set([...above, identity]))));
  }
  return files;
}

/** Whether a path that does not exist is meant as a pattern. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/**
 * Files that a pattern stands for, sorted by code point: `*` and `?` within a name, `[abc]`, and `**` for folders of any
 * depth.
 */
export async function filesMatching(pattern: string): Promise<string[]> {
  const parts = pattern.split("/");
  const first = parts.findIndex(isGlob);
  const base = parts.slice(0, first).join("/") || (pattern.startsWith("/") ? "/" : ".");
  if (!(await lookUp(base))?.isDirectory()) return [];
  const matches = globPattern(parts.slice(first).join("/"));
  const { paths } = await folderSource(base);
  const prefix = parts.slice(0, first).join("/");
  return paths.filter((path) => matches.test(path)).map((path) => (first > 0 ? `${prefix}/${path}` : path));
}

function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[.+^${}()|\\[\]]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    return token.length > 1 ? token.replace(/^\[!/, "[^") : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
