/** How fast this machine moves memory, in the pattern of an optimizer: four arrays read, three of them written. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Adam reads parameter, gradient and both moments and writes all except the gradient: 7 float32. */
export const BYTES_PER_PARAMETER = 28;

/** Next to no arithmetic: what is left is the traffic, so an optimizer of the same pattern cannot be faster. */
const STREAM = `
export function stream(bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = v128.load(at);
    v128.store(at + bytes, v128.xor(v128.load(at + bytes), gradient));
    v128.store(at + 2 * bytes, v128.xor(v128.load(at + 2 * bytes), gradient));
    v128.store(at + 3 * bytes, v128.xor(v128.load(at + 3 * bytes), gradient));
  }
}`;

interface BandwidthOptions {
  /** Threads that stream at the same time, each its own arrays; default 1. */
  readonly threads?: number;
  /** Bytes of all four arrays of one thread; default 256 MiB, far more than any cache. */
  readonly workingSet?: number;
  /** The best of so many is taken; default 20. */
  readonly passes?: number;
}

/** Bytes read and written a second, all threads together: the best of several passes. */
export async function measureBandwidth(options: BandwidthOptions = {}): Promise<number> {
  const { threads = 1, workingSet = 2 ** 28, passes = 20 } = options;
  const vectorBytes = 16 * Math.floor(workingSet / 64);
  const module = await compileStream();
  const arrivals = new Int32Array(new SharedArrayBuffer(4));
  const seconds = new Float64Array(new SharedArrayBuffer(8 * passes * threads));
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData = { module, vectorBytes, threads, passes, thread, arrivals, seconds };
    return new Worker(new URL("./stream-worker.mjs", import.meta.url), { workerData, execArgv: [] });
  });
  await Promise.all(workers.map((worker) => once(worker, "exit")));

  const slowestOf = (pass: number) => Math.max(...seconds.subarray(pass * threads, (pass + 1) * threads));
  const best = Math.min(...Array.from({ length: passes }, (_, pass) => slowestOf(pass)));
  return (threads * vectorBytes * (BYTES_PER_PARAMETER / 4)) / best;
}

async function compileStream(): Promise<WebAssembly.Module> {
  // The compiler takes more than a gigabyte: whoever measures memory and no bandwidth must not load it.
  const { default: asc } = await import("assemblyscript/asc");
  const { error, binary, stderr } = await asc.compileString(STREAM, {
    optimizeLevel: 3,
    runtime: "stub",
    enable: ["simd"],
    importMemory: true,
  });
  if (error || !binary) throw new Error(`the stream kernel does not compile: ${stderr.toString()}`);
  return new WebAssembly.Module(new Uint8Array(binary));
}
