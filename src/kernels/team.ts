import type { KernelExports } from "./module.ts";

/** Other threads that work on the arena's memory when they are asked to, and sleep meanwhile. */
export interface Team {
  /** Of what the threads share, in the arena. */
  readonly address: number;
  /** Ends the helping threads; resolves when they are gone. */
  dismiss(): Promise<void>;
}

/** So many are as fast as memory. */
const MOST_THREADS = 4;
/** Elements below which waking a thread takes longer than the work. */
export const SHARED_WORK = 1 << 17;

/** A thread with nothing but the kernels: `help` returns when the team is dismissed. */
const HELPER = `
  const { workerData: { module, memory, address } } = require("node:worker_threads");
  new WebAssembly.Instance(module, { env: { memory } }).exports.help(address);`;

/** How many threads to work with on so many elements, the caller's included, where there are `threads`. */
export function teamSize(threads: number, length: number): number {
  return length < SHARED_WORK ? 1 : Math.min(threads, MOST_THREADS);
}

/**
 * Starts the helpers of the calling thread, in Node. They take part as soon as they are ready, and keep no process
 * alive. One that cannot start is not missed: the work is done without it.
 * @param size threads, the caller's own included
 * @param address of `teamBytes()` zero bytes in the memory, which must be shared
 */
export async function startTeam(
  {
    kernels,
    module,
    memory,
  }: { kernels: KernelExports; module: WebAssembly.Module; memory: WebAssembly.Memory },
  size: number,
  address: number,
): Promise<Team> {
  const { Worker } = await import("node:worker_threads");
  const workerData = { module, memory, address };
  const start = () => {
    const worker = new Worker(HELPER, { eval: true, execArgv: [], workerData });
    worker.unref();
    worker.on("error", () => {});
    const gone = new Promise((resolve) => worker.on("exit", resolve));
    return { worker, gone };
  };
  const helpers: ReturnType<typeof start>[] = [];
  try {
    while (helpers.length < size - 1) helpers.push(start());
  } catch {
    // The system gives no more threads.
  }
  return {
    address,
    async dismiss() {
      kernels.dismiss(address);
      for (const { worker } of helpers) worker.ref();
      await Promise.all(helpers.map(({ gone }) => gone));
    },
  };
}
