/**
 * Makes the published types those of TypeScript 5.0: typed arrays lose their type argument, which they have from 5.7 on,
 * and `NoInfer`, which zod's types use, is declared for versions before 5.4. `exports` of package.json chooses.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = join(fileURLToPath(import.meta.url), "../../dist");
const GENERIC =
  /\b((?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array|DataView)<(?:Shared)?ArrayBuffer(?:Like)?>/g;

for (const entry of await readdir(dist, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".d.ts")) continue;
  const path = join(entry.parentPath, entry.name);
  const text = await readFile(path, "utf8");
  const plain = text.replace(GENERIC, "$1");
  if (plain !== text) await writeFile(path, plain);
}

const before = join(dist, "before-5.4");
await mkdir(before, { recursive: true });
await writeFile(join(before, "no-infer.d.ts"), "type NoInfer<T> = T;\n");
for (const entry of ["index", "node", "web", "plot"])
  await writeFile(
    join(before, `${entry}.d.ts`),
    `/// <reference path="./no-infer.d.ts" />\nexport * from "../${entry}.js";\n`,
  );
