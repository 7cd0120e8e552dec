/** In the browser: a training that does as many steps as it is asked for, and says how long they took. */
import type { TrainingEvent } from "../src/index.ts";
import { configureWeb, VAE } from "../src/web.ts";

let events: AsyncGenerator<TrainingEvent, void, void>;

async function steps(count: number): Promise<number> {
  const begun = performance.now();
  for (let done = 0; done < count; ) {
    const { value } = await events.next();
    if (value?.type === "iteration") done++;
  }
  return performance.now() - begun;
}

self.onmessage = async ({ data }) => {
  if (data.sizes) {
    const at = (path: string) => new URL(path, location.href).href;
    configureWeb({ engine: { script: at("/engine.mjs"), wasm: at("/engine.wasm") } });
    const vae = new VAE(data.sizes, data.settings);
    events = vae.trainingEvents(data.rows, { maxIterations: 1e6, logEvery: 1e6, checkpointEvery: 0 });
  }
  postMessage(await steps(data.count));
};
