import type { Helper } from "../threads/helper.ts";

/** Other threads that work on the arena's memory when they are asked to. */
export interface Team {
  /** Of what the threads share, in the arena. */
  readonly address: number;
  /** Asks for help with the round that is open. Nobody waits for helpers that are late. */
  invite(): void;
}

/** So many are as fast as memory. */
const MOST_THREADS = 4;
/** Elements below which waking a thread takes longer than the work. */
export const SHARED_WORK = 1 << 17;

const HELP = `
  const { module, memory, address } = data;
  const { help } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  return () => help(address);`;

/** With how many threads to work on so many elements, the caller's included. */
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
