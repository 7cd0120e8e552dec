import { ConfigError } from "../common/errors.ts";
import type { Helper } from "../threads/helper.ts";
import { type Arena, addressesIn, createArena, createMemory } from "./arena.ts";
import { type BatchKernels, batchKernels } from "./batch.ts";
import { compileKernels, instantiateKernels, MODULE_BYTES } from "./module.ts";
import { type OptimizerKernels, optimizerKernels } from "./optimizers.ts";
import { type RandomKernels, randomKernels } from "./random.ts";
import { formTeam } from "./team.ts";

/**
 * Memory and the WebAssembly functions that work on views of it; both belong to the thread that created them, which
 * helpers may assist.
 */
export interface Kernels extends Arena, RandomKernels, OptimizerKernels, BatchKernels {}

interface KernelOptions {
  /** Bytes that can be allocated, e.g. from `arenaBytes`; at most 4 GiB − 64 KiB. */
  readonly bytes: number;
  /**
   * Threads that take part in long work; default none. With helpers, the memory is shared and stays allocated while they
   * live; results are the same bits.
   */
  readonly helpers?: readonly Helper[];
}

/** @throws {ConfigError} if the memory cannot be allocated. */
export async function createKernels({ bytes, helpers = [] }: KernelOptions): Promise<Kernels> {
  if (!Number.isSafeInteger(bytes) || bytes < 0)
    throw new ConfigError(`an arena of ${bytes} bytes was asked for; the size is an integer from 0 on`);
  const shared = helpers.length > 0;
  const memory = createMemory(MODULE_BYTES + bytes, shared);
  const module = await compileKernels(shared);
  const kernels = await instantiateKernels(module, memory);
  const addressOf = addressesIn(memory);
  const teamAddress = kernels.freeAddress();
  const team = shared ? formTeam(helpers, { module, memory, address: teamAddress }) : undefined;
  return {
    ...createArena(memory, teamAddress + kernels.teamBytes()),
    ...randomKernels(kernels, memory, addressOf),
    ...optimizerKernels(kernels, addressOf, team),
    ...batchKernels(kernels, addressOf),
  };
}
