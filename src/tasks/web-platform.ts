import { ConfigError, RunError } from "../common/errors.ts";
import { archiveOf, modelInArchive } from "../run/archive.ts";
import type { Runtime } from "../runtime/session.ts";
import { webRuntime } from "../runtime/web.ts";
import type { WebEngineFiles } from "../runtime/web-api.ts";
import type { WebGpuFiles } from "../runtime/web-gpu.ts";
import { type Platform, providePlatform } from "../vae/platform.ts";

/** How `vaekit/web` finds its engine and stores models. */
export interface WebSettings {
  /** Where the engine's two files are; default: in the package's folder `engines/web`, beside this file. */
  readonly engine?: WebEngineFiles;
  /** For training steps on the GPU where there is one; default: on the processor. */
  readonly webgpu?: WebGpuFiles;
  /** Takes the zip file that `save(name)` makes; default: the browser downloads it, which a page can and a worker cannot. */
  readonly store?: (name: string, zip: Uint8Array & BufferSource) => void | Promise<void>;
}

const FOLDER = "../../engines/web/ort-wasm-simd-threaded";

let settings: WebSettings = {};
let engine: Promise<Runtime> | undefined;

/** To be called before the first model trains or computes: the engine is loaded once. */
export function configureWeb(chosen: WebSettings): void {
  settings = { ...settings, ...chosen };
}

/**
 * ONNX Runtime as WebAssembly, and models as zip files of run directories: `VAE.load` takes an address of one, such as
 * `URL.createObjectURL(file)`, and `save` a file name. Importing this file provides it.
 */
const webPlatform: Platform = {
  engine() {
    const { engine: files = ownFiles(), webgpu } = settings;
    engine ??= webRuntime({ files, ...(webgpu && { webgpu }) });
    // Not kept, so that the next call tries again.
    engine.catch(() => {
      engine = undefined;
    });
    return engine;
  },
  async load(address, { checkpoint } = {}) {
    if (checkpoint !== undefined)
      throw new ConfigError("a zip file of a run has no checkpoints: leave `checkpoint` out");
    const response = await fetch(address).catch((cause) => {
      throw new RunError(`${address} cannot be fetched: give the address of a run's zip file`, { cause });
    });
    if (!response.ok)
      throw new RunError(
        `${address} cannot be fetched (${response.status}): give the address of a run's zip file`,
      );
    return modelInArchive(address, new Uint8Array(await response.arrayBuffer()));
  },
  async save(saved, name) {
    await (settings.store ?? download)(name, await archiveOf(saved));
  },
};

providePlatform(webPlatform);

function ownFiles(): WebEngineFiles {
  return {
    script: new URL(`${FOLDER}.mjs`, import.meta.url).href,
    wasm: new URL(`${FOLDER}.wasm.gz`, import.meta.url).href,
  };
}

function download(name: string, zip: Uint8Array<ArrayBuffer>): void {
  const { document } = globalThis as { document?: Document };
  if (!document)
    throw new ConfigError(
      "a worker cannot download files: pass `store` to configureWeb and send them to the page",
    );
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([zip], { type: "application/zip" }));
  link.download = name.endsWith(".zip") ? name : `${name}.zip`;
  link.click();
  // By then the browser has started to read it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
