import { availableParallelism } from "node:os";
import type { SessionOptions } from "./session.ts";
import { positiveInteger } from "./thread-number.ts";

/**
 * How many threads a session uses inside one operator: what the caller asks for, else the environment variable
 * `VAEKIT_THREADS`, else the machine's cores.
 * @throws ConfigError unless the number is a positive integer.
 */
export function threadCount(requested?: number): number {
  if (requested !== undefined) return positiveInteger("threads", requested);
  const variable = process.env.VAEKIT_THREADS;
  return variable ? positiveInteger("VAEKIT_THREADS", variable) : availableParallelism();
}

/**
 * How a session's threads are divided among the parts of its joint bindings. Parts that are run one after another get
 * no more each: a matrix product that other threads share may round otherwise.
 * @throws ConfigError unless the numbers are positive integers.
 */
export function divideThreads({ threads, parts = 1 }: SessionOptions): {
  /** In all. */
  readonly threads: number;
  /** Parts that can run at the same time. */
  readonly atOnce: number;
  /** Of each part. */
  readonly each: number;
} {
  const all = threadCount(threads);
  const atOnce = Math.min(positiveInteger("parts", parts), all);
  return { threads: all, atOnce, each: Math.floor(all / atOnce) };
}
