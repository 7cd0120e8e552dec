/** In the browser: what the test of `vaekit/web` asks for, on the page itself or in a worker. */
import { configureWeb, VAE } from "../../src/web.ts";
import { bars, GPU_STEPS, trainBars, trainSmall } from "./web-training.ts";

/** What came of a training, saving and loading. */
export interface WebOutcome {
  readonly elbos: readonly number[];
  /** Of the test: ELBO on all examples, before saving and after loading. */
  readonly before: number;
  readonly after: number;
  readonly zip: readonly number[];
  /** That computed beside the caller. */
  readonly workers: number;
}

let workers = 0;
const { Worker } = globalThis;
globalThis.Worker = class extends Worker {
  constructor(...values: ConstructorParameters<typeof Worker>) {
    super(...values);
    workers++;
  }
};

const engine = {
  script: new URL("/engine.mjs", location.href).href,
  wasm: new URL("/engine.wasm", location.href).href,
};

export async function trainSaveAndLoad(): Promise<WebOutcome> {
  let zip = new Uint8Array();
  configureWeb({
    engine,
    store: (_name, bytes) => {
      zip = new Uint8Array(bytes);
    },
  });
  const { vae, elbos } = await trainBars();
  const before = await vae.elbo(bars());
  await vae.save("bars.zip");
  const loaded = await VAE.load(URL.createObjectURL(new Blob([zip])));
  const after = await loaded.elbo(bars());
  await vae.dispose();
  await loaded.dispose();
  return { elbos, before: before.elbo, after: after.elbo, zip: Array.from(zip), workers };
}

/** The ELBOs of a training whose steps are on WebGPU, and what they ran on. */
async function trainOnGpu(): Promise<{ elbos: readonly number[]; device: string }> {
  const at = (path: string) => new URL(path, location.href).href;
  const webgpu = {
    api: at("/gpu-api.mjs"),
    script: at("/gpu.mjs"),
    wasm: at("/gpu.wasm"),
    use: "always",
  } as const;
  configureWeb({ engine, webgpu });
  const { vae, elbos, device } = await trainSmall(GPU_STEPS);
  await vae.dispose();
  return { elbos, device };
}

const isWorker = !("document" in globalThis);
if (isWorker) {
  trainSaveAndLoad().then(postMessage, (error) => postMessage({ error: String(error) }));
} else {
  Object.assign(globalThis, {
    trainOnGpu,
    trainSaveAndLoad,
    trainInWorker: () =>
      new Promise((resolve, reject) => {
        const worker = new Worker("/page.js", { type: "module" });
        worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
        worker.onerror = ({ message }) => reject(new Error(message));
      }),
  });
}
