import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { createKernels } from "./kernels.ts";

const entry = fileURLToPath(new URL("kernels.ts", import.meta.url));
const source = fileURLToPath(new URL("..", import.meta.url));
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
const compilerOptions =
  "--ignoreConfig --noCheck --target es2022 --module nodenext --rewriteRelativeImportExtensions";

const WORKER = `
  import { parentPort } from "node:worker_threads";
  import { createKernels } from "./kernels/kernels.js";
  const kernels = await createKernels({ bytes: 4000 });
  const numbers = kernels.allocateFloat32(1000);
  kernels.normal(numbers, { seed: 1, stream: 2, step: 3 });
  parentPort.postMessage(numbers.slice());`;

it("the kernels give the same bits in a worker thread", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kernels-"));
  try {
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(join(folder, "worker.js"), WORKER);
    const options = [...compilerOptions.split(" "), "--rootDir", source, "--outDir", folder];
    await promisify(execFile)(process.execPath, [compiler, entry, ...options]);
    const worker = new Worker(join(folder, "worker.js"));
    const [received] = await once(worker, "message");
    await worker.terminate();

    const kernels = await createKernels({ bytes: 4000 });
    const numbers = kernels.allocateFloat32(1000);
    kernels.normal(numbers, { seed: 1, stream: 2, step: 3 });
    expect(received).toEqual(numbers);
  } finally {
    await rm(folder, { recursive: true });
  }
});
