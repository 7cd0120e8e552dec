import { ConfigError, DataError } from "../common/errors.ts";

const ALIGNMENT = 64;
const PAGE = 65_536;
const MAXIMUM_PAGES = 65_536;
/** Largest size of a WebAssembly memory: 4 GiB. */
export const MOST_BYTES = MAXIMUM_PAGES * PAGE;

/** Views over one WebAssembly memory that never grows, so that no view is ever detached. */
export interface Arena {
  /** @throws {ConfigError} when the arena is exhausted. The view is zero-filled and starts on 64 bytes. */
  allocateFloat32(length: number): Float32Array;
  /** @throws {ConfigError} when the arena is exhausted. The view is zero-filled and starts on 64 bytes. */
  allocateUint8(length: number): Uint8Array;
}

/**
 * Memory size for `createKernels` that fits allocations of these lengths, in elements: each is padded to 64
 * bytes.
 */
export function arenaBytes(lengths: {
  readonly float32?: readonly number[];
  readonly uint8?: readonly number[];
}): number {
  const float32 = (lengths.float32 ?? []).map((length) => align(4 * length));
  const uint8 = (lengths.uint8 ?? []).map((length) => align(length));
  return [...float32, ...uint8].reduce((sum, bytes) => sum + bytes, 0);
}

/** @throws {ConfigError} for more than 4 GiB, WebAssembly's limit, or more than the machine has. */
export function createMemory(bytes: number, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  if (!(pages <= MAXIMUM_PAGES))
    throw new ConfigError(`an arena of ${bytes} bytes was asked for; at most 4 GiB can be addressed`);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (cause) {
    throw new ConfigError(
      `an arena of ${bytes} bytes was asked for; the machine gives less memory, or a limit of the address space (ulimit -v) is too low: WebAssembly reserves about 10 GB of it for any memory`,
      {
        cause,
      },
    );
  }
}

/** An arena from `start` to the end of the memory. */
export function createArena(memory: WebAssembly.Memory, start: number): Arena {
  const { buffer } = memory;
  let next = align(start);
  const reserve = (length: number, elementBytes: number): number => {
    if (!Number.isSafeInteger(length) || length < 0)
      throw new ConfigError(
        `an allocation of ${length} elements was asked for; a length is an integer from 0 on`,
      );
    const needed = length * elementBytes;
    const left = Math.max(0, buffer.byteLength - next);
    if (needed > left)
      throw new ConfigError(
        `the arena has ${left} bytes left and ${needed} were asked for; give createKernels more bytes`,
      );
    const address = Math.min(next, buffer.byteLength);
    next += align(needed);
    return address;
  };
  return {
    allocateFloat32: (length) => new Float32Array(buffer, reserve(length, 4), length),
    allocateUint8: (length) => new Uint8Array(buffer, reserve(length, 1), length),
  };
}

/**
 * Finds where views lie in a memory.
 * @throws {DataError} for a view of other memory.
 */
export type AddressOf = (name: string, view: Float32Array | Uint8Array) => number;

export function addressesIn(memory: WebAssembly.Memory): AddressOf {
  const { buffer } = memory;
  return (name, view) => {
    if (view.buffer !== buffer)
      throw new DataError(`${name} lies in other memory; allocate it with allocateFloat32 or allocateUint8`);
    return view.byteOffset;
  };
}

/** @throws {DataError} unless the view has this length. */
export function requireLength(name: string, view: Float32Array | Uint8Array, length: number): void {
  if (view.length !== length) throw new DataError(`${name} has ${view.length} elements; it needs ${length}`);
}

function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
