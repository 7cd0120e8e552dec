import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { circles, isForTests, unusedExports, violations } from "./import-rules.ts";

const root = new URL("../", import.meta.url);

function productSources(): Record<string, string> {
  const paths = readdirSync(new URL("src/", root), { recursive: true, encoding: "utf8" })
    .map((path) => `src/${path.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !isForTests(path))
    // AssemblyScript: another language, compiled on its own.
    .filter((path) => !path.startsWith("src/kernels/assembly/"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(new URL(path, root), "utf8")]));
}

test("every file keeps to its room's imports, without default exports or barrels", () => {
  const sources = productSources();
  expect(Object.keys(sources)).toContain("src/graph/node.ts");
  expect(Object.keys(sources)).toContain("src/runtime/session.ts");
  expect(violations(sources)).toEqual([]);
});

test("files import one another in a circle only where layers hold layers", () => {
  expect(circles(productSources())).toEqual([["src/nn/layers.ts", "src/nn/layers/residual.ts"]]);
  const planted = {
    "src/nn/a.ts": 'import { b } from "./b.ts";',
    "src/nn/b.ts": 'import { c } from "./c.ts";',
    "src/nn/c.ts": 'import { a } from "./a.ts";\nimport { d } from "./d.ts";',
    "src/nn/d.ts": "export const d = 1;",
  };
  expect(circles(planted)).toEqual([["src/nn/a.ts", "src/nn/b.ts", "src/nn/c.ts"]]);
});

/** Everything that may use the product's files, tests included. */
function allSources(): Record<string, string> {
  const paths = ["src", "test", "bench", "examples", "studio/src"].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" }).map(
      (path) => `${folder}/${path.replaceAll("\\", "/")}`,
    ),
  );
  return Object.fromEntries(
    paths
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => [path, readFileSync(new URL(path, root), "utf8")]),
  );
}

test("files export only what another file uses", () => {
  const exempt = [
    /\/generated\//,
    // The declaration of the table of likelihoods names them.
    /^src\/nn\/distributions\/[a-z]+-rules\.ts: \w+(Likelihood|Settings)$/,
    // For folders of pictures in a browser.
    /^src\/data\/formats\/(bitmap-decoder\.ts: bitmapDecoder|known-formats\.ts: folderFormatOf)$/,
  ];
  const found = unusedExports(productSources(), allSources()).filter(
    (each) => !exempt.some((pattern) => pattern.test(each)),
  );
  expect(found, "remove `export`").toEqual([]);
  const planted = {
    "src/nn/a.ts": "export const used = 1;\nexport function unused() {}\nexport type Unused = 1;\n",
    "src/nn/b.ts": 'import { used } from "./a.ts";\nused;\n',
    "src/nn/c.ts": "export const whole = 1;\n",
    "src/nn/d.ts": 'import("./c.ts");\n',
  };
  expect(unusedExports(planted, planted)).toEqual(["src/nn/a.ts: unused", "src/nn/a.ts: Unused"]);
});

test("a planted import is refused in every room", () => {
  const rooms = new Set(Object.keys(productSources()).map((path) => path.split("/")[1]!));
  for (const room of rooms) {
    if (room.endsWith(".ts")) continue;
    const path = `src/${room}/planted.ts`;
    const wrong = room === "cli" ? "../../bench/main.ts" : "../cli/main.ts";
    expect(violations({ [path]: `import { x } from "${wrong}";\nexport const y = x;\n` })).toHaveLength(1);
  }
});

describe("the rules find", () => {
  const own = "export const own = 1;\n";

  test.each<[string, path: string, text: string, found: string]>([
    [
      "a static import",
      "src/nn/dense.ts",
      'import { run } from "../runtime/session.ts";',
      "src/nn/dense.ts imports src/runtime/session.ts: nn may import graph",
    ],
    [
      "a type import",
      "src/graph/node.ts",
      'import type { Model } from "../onnx/model.ts";',
      "src/graph/node.ts imports src/onnx/model.ts: graph may import no other room",
    ],
    [
      "an inline type import",
      "src/plot/chart.ts",
      'export function draw(x: import("../graph/node.ts").Tensor): void { x; }',
      "src/plot/chart.ts imports src/graph/node.ts: plot may import numerics",
    ],
    [
      "a dynamic import from a deep folder",
      "src/nn/distributions/normal.ts",
      'export const load = () => import("../../models/elbo.ts");',
      "src/nn/distributions/normal.ts imports src/models/elbo.ts: nn may import graph",
    ],
    [
      "an export from elsewhere",
      "src/data/dataset.ts",
      'export { Trainer } from "../train/loop.ts";',
      "src/data/dataset.ts imports src/train/loop.ts: data may import kernels, files, numerics",
    ],
    [
      "more of runtime than its interface",
      "src/train/step.ts",
      'import { nativeRuntime } from "../runtime/native.ts";',
      "src/train/step.ts imports src/runtime/native.ts: " +
        "train may import graph, nn, models, onnx, data, kernels, numerics, runtime/session.ts, threads",
    ],
    [
      "training in evaluation",
      "src/evaluate/elbo.ts",
      'import { step } from "../train/step.ts";',
      "src/evaluate/elbo.ts imports src/train/step.ts: " +
        "evaluate may import graph, nn, models, onnx, data, kernels, numerics, runtime/session.ts",
    ],
    [
      "the class VAE in a run",
      "src/run/directory.ts",
      'import { VAE } from "../vae/vae.ts";',
      "src/run/directory.ts imports src/vae/vae.ts: " +
        "run may import train, evaluate, files, graph, nn, models, onnx, data, kernels, numerics, runtime/session.ts, threads",
    ],
    [
      "errors in graph",
      "src/graph/build.ts",
      'import { VaekitError } from "../common/errors.ts";',
      "src/graph/build.ts imports src/common/errors.ts: graph imports nothing",
    ],
    [
      "a package in graph",
      "src/graph/build.ts",
      'import { readFileSync } from "node:fs";',
      "src/graph/build.ts imports node:fs: graph imports no packages",
    ],
    [
      "a room in what is common",
      "src/common/suggest.ts",
      'import { print } from "../graph/print.ts";',
      "src/common/suggest.ts imports src/graph/print.ts: common may import no other room",
    ],
    [
      "test helpers in the product",
      "src/cli/main.ts",
      'import { run } from "../onnx/testing/session.ts";',
      "src/cli/main.ts imports src/onnx/testing/session.ts: it is only there for tests",
    ],
    [
      "files outside src",
      "src/cli/main.ts",
      'import { interpret } from "../../test/reference/interpret.ts";',
      "src/cli/main.ts imports test/reference/interpret.ts: only what is in src is part of the package",
    ],
    ["a room without a rule", "src/attic/old.ts", "", "src/attic/old.ts: the room attic has no rule"],
    [
      "a product file directly in src",
      "src/helpers.ts",
      "",
      "src/helpers.ts lies directly in src: only index.ts, node.ts, web.ts, plot.ts may",
    ],
    ["a default export", "src/cli/main.ts", "export default 1;", "src/cli/main.ts has a default export"],
    [
      "a default function",
      "src/cli/main.ts",
      "export default function main() {}",
      "src/cli/main.ts has a default export",
    ],
    [
      "an export as default",
      "src/cli/main.ts",
      "const main = 1; export { main as default };",
      "src/cli/main.ts has a default export",
    ],
  ])("%s", (_, path, text, found) => {
    expect(violations({ [path]: `${text}\n${own}` })).toEqual([found]);
  });

  test("a barrel in a room", () => {
    const barrel = 'import { a } from "./a.ts";\nexport { a };\nexport * from "./b.ts";\n';
    expect(violations({ "src/graph/index.ts": barrel })).toEqual([
      "src/graph/index.ts only re-exports: import the files themselves",
    ]);
  });
});

test("the rules allow what is allowed", () => {
  const sources = {
    "src/index.ts": 'export { VAE } from "./vae/vae.ts";\nexport { print } from "./graph/print.ts";\n',
    "src/tasks/train.ts":
      'import { nodeRuntime } from "../runtime/node.ts";\nexport const make = () => nodeRuntime;\n',
    "src/cli/main.ts":
      'import { VAE } from "../vae/vae.ts";\nimport { print } from "../graph/print.ts";\nVAE; print;\n',
    "src/train/step.ts":
      'import type { Session } from "../runtime/session.ts";\nexport type Mine = Session;\n',
    "src/plot/chart.ts":
      'import { DataError } from "../common/errors.ts";\nimport sharp from "sharp";\nDataError; sharp;\n',
    "src/graph/print.ts": 'import { node } from "./node.ts";\n// import "../onnx/model.ts"\nnode;\n',
    "src/common/settings.ts": 'import { suggest } from "./suggest.ts";\nsuggest;\n',
  };
  expect(violations(sources)).toEqual([]);
});
