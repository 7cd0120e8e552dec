import { Helper } from "./helper.ts";

/** Starts helpers, or fewer where the system gives no more threads. */
export async function startHelpers(count: number): Promise<Helper[]> {
  const started = await Promise.allSettled(Array.from({ length: Math.max(0, count) }, () => Helper.start()));
  return started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** Gives the same helpers to all who ask: up to so many, or fewer where the system gives no more threads. */
export type HelperPool = (most: number) => Promise<readonly Helper[]>;

/** Helpers of the calling thread, which are started when they are first asked for, and kept. */
export function createHelperPool(): HelperPool {
  let helpers: Promise<Helper[]> = Promise.resolve([]);
  return async (most) => {
    helpers = helpers.then(async (there) => [...there, ...(await startHelpers(most - there.length))]);
    return (await helpers).slice(0, Math.max(0, most));
  };
}
