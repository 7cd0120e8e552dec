import type { Helper } from "../threads/helper.ts";

/** Other threads that work on the arena's memory when they are asked to. */
export interface Team {
  /** Address of the shared state in the arena. */
  readonly address: number;
  /** Asks helpers to join the open round, without waiting for late ones. */
  invite(): void;
}

/** With this many threads, memory limits the speed. */
const MOST_THREADS = 4;
/** Number of elements below which waking a thread takes longer than the work. */
export const SHARED_WORK = 1 << 17;

const HELP = `
  const { module, memory, address } = data;
  const { help } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  return () => help(address);`;

/** Number of threads to use for a number of elements, including the caller's. */
export function teamSize(length: number): number {
  return length < SHARED_WORK ? 1 : MOST_THREADS;
}

/** @param kernels `address` is that of `teamBytes()` zero bytes in the memory, which must be shared */
export function formTeam(
  helpers: readonly Helper[],
  kernels: { module: WebAssembly.Module; memory: WebAssembly.Memory; address: number },
): Team {
  const tasks = helpers.map((helper) => helper.learn({ source: HELP, data: kernels }));
  return {
    address: kernels.address,
    invite() {
      for (const task of tasks) task.invite();
    },
  };
}
