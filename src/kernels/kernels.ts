import { ConfigError } from "../errors.ts";
import { type Arena, addressesIn, createArena, createMemory } from "./arena.ts";
import { type BatchKernels, batchKernels } from "./batch.ts";
import { instantiateKernels, MODULE_BYTES } from "./module.ts";
import { type OptimizerKernels, optimizerKernels } from "./optimizers.ts";
import { type RandomKernels, randomKernels } from "./random.ts";

/**
 * Memory and the WebAssembly functions that work on views of it; both belong to the thread that created them.
 */
export type Kernels = Arena & RandomKernels & OptimizerKernels & BatchKernels;

export interface KernelOptions {
  /** How much can be allocated, e.g. from `arenaBytes`; at most 4 GiB − 64 KiB. */
  readonly bytes: number;
}

/** @throws {ConfigError} if the memory cannot be had. */
export async function createKernels({ bytes }: KernelOptions): Promise<Kernels> {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new ConfigError(`an arena of ${bytes} bytes was asked for; the size is an integer from 0 on`);
  const memory = createMemory(MODULE_BYTES + bytes);
  const kernels = await instantiateKernels(memory);
  const addressOf = addressesIn(memory);
  return {
    ...createArena(memory, kernels.freeAddress()),
    ...randomKernels(kernels, memory, addressOf),
    ...optimizerKernels(kernels, addressOf),
    ...batchKernels(kernels, addressOf),
  };
}
