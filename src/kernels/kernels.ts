import { ConfigError } from "../errors.ts";
import { type Arena, addressesIn, createArena, createMemory } from "./arena.ts";
import { type BatchKernels, batchKernels } from "./batch.ts";
import { compileKernels, instantiateKernels, MODULE_BYTES } from "./module.ts";
import { type OptimizerKernels, optimizerKernels } from "./optimizers.ts";
import { type RandomKernels, randomKernels } from "./random.ts";
import { startTeam } from "./team.ts";

/**
 * Memory and the WebAssembly functions that work on views of it; both belong to the thread that created them, which
 * other threads may help.
 */
export interface Kernels extends Arena, RandomKernels, OptimizerKernels, BatchKernels {
  /** Ends the other threads, if any. Nothing may be asked of the kernels after it. */
  dispose(): Promise<void>;
}

export interface KernelOptions {
  /** How much can be allocated, e.g. from `arenaBytes`; at most 4 GiB − 64 KiB. */
  readonly bytes: number;
  /**
   * Threads that may work at the same time, the caller's included; default 1. With more, in Node alone, the memory is
   * shared: results are the same bits, and `dispose` ends the threads.
   */
  readonly threads?: number;
}

/** @throws {ConfigError} if the memory cannot be had. */
export async function createKernels({ bytes, threads = 1 }: KernelOptions): Promise<Kernels> {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new ConfigError(`an arena of ${bytes} bytes was asked for; the size is an integer from 0 on`);
  const shared = threads > 1;
  const memory = createMemory(MODULE_BYTES + bytes, shared);
  const module = await compileKernels(shared);
  const kernels = await instantiateKernels(module, memory);
  const addressOf = addressesIn(memory);
  const teamAddress = kernels.freeAddress();
  const team = shared ? await startTeam({ kernels, module, memory }, threads, teamAddress) : undefined;
  return {
    ...createArena(memory, teamAddress + kernels.teamBytes()),
    ...randomKernels(kernels, memory, addressOf),
    ...optimizerKernels(kernels, addressOf, team),
    ...batchKernels(kernels, addressOf),
    async dispose() {
      await team?.dismiss();
    },
  };
}
