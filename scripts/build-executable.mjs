/**
 * Bundles the command line, with the libraries that come in many small files: to look those up and read them one by one
 * would take half of the time in which a command starts.
 */
import { chmod, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUNDLED = ["zod", "@bufbuild/protobuf"];

const root = join(fileURLToPath(import.meta.url), "../..");
const out = join(root, "dist/cli");
const readJson = async (...path) => JSON.parse(await readFile(join(root, ...path), "utf8"));
const { dependencies, optionalDependencies, peerDependencies } = await readJson("package.json");
const licences = await Promise.all(
  BUNDLED.map(async (name) => {
    const { version, license } = await readJson("node_modules", name, "package.json");
    return `${name} ${version}: ${license}`;
  }),
);

await rm(out, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/cli/main.ts"],
  outdir: out,
  // What only some commands need is loaded with them.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  external: [
    ...Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).filter(
      (name) => !BUNDLED.includes(name),
    ),
    "onnxruntime-node",
  ],
  banner: {
    js: `// Holds parts of packages whose licences are installed beside vaekit (${licences.join("; ")}).`,
  },
  logLevel: "warning",
});
await chmod(join(out, "main.js"), 0o755);
