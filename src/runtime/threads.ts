import { availableParallelism } from "node:os";
import { ConfigError } from "../errors.ts";

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

function positiveInteger(setting: string, value: number | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new ConfigError(`${setting} is ${value}; it must be a positive integer`);
  }
  return number;
}
