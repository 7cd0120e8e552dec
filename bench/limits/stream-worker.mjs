/** One thread of the bandwidth measurement: moves its own arrays in step with the other threads. */
import { workerData } from "node:worker_threads";

const { module, vectorBytes, threads, passes, thread, arrivals, seconds } = workerData;
const PAGE = 65_536;
const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * vectorBytes) / PAGE) });
const { stream } = new WebAssembly.Instance(module, { env: { memory } }).exports;
new Uint32Array(memory.buffer).fill(1);

for (let pass = 0; pass < passes; pass++) {
  Atomics.add(arrivals, 0, 1);
  while (Atomics.load(arrivals, 0) < (pass + 1) * threads);
  const start = performance.now();
  stream(vectorBytes);
  seconds[pass * threads + thread] = (performance.now() - start) / 1e3;
}
