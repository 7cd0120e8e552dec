import { build } from "esbuild";
import { expect, test } from "vitest";

test.each([
  ["src/index.ts", []],
  ["src/web.ts", ["fflate"]],
])("a bundler for browsers takes %s as it is, and finds nothing of Node in it", async (entry, more) => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
  });
  expect(outputFiles[0]!.text).toMatch(/class VAE|VAE = class/);
  const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
  expect(imported.filter((path) => path.startsWith("node:"))).toEqual([]);
  const packages = Object.keys(metafile.inputs).flatMap(
    (path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? [],
  );
  // Every package in the bundle is one that a page can use.
  expect([...new Set(packages)].sort()).toEqual(["@bufbuild/protobuf", ...more, "ml-matrix", "zod"].sort());
});
