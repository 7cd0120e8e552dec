import { readdirSync, readFileSync } from "node:fs";
import { memorySource, type SourceFolder } from "../../source.ts";

export function memoryFolder(files: Readonly<Record<string, Uint8Array>>, name = "folder"): SourceFolder {
  const paths = Object.keys(files).sort();
  return { name, paths, open: async (path) => memorySource(`${name}/${path}`, files[path]!) };
}

/** A folder of files made by the reference tools. */
export function referenceFolder(name: string): Record<string, Uint8Array> {
  const root = new URL(`files/${name}/`, import.meta.url);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map((each) => {
      const path = `${each.parentPath}/${each.name}`.replaceAll("//", "/");
      return [path.slice(root.pathname.length), new Uint8Array(readFileSync(path))];
    }),
  );
}
