import { Helper } from "./helper.ts";

/** Starts helpers, fewer if the system gives no more threads. */
export async function startHelpers(count: number): Promise<Helper[]> {
  const started = await Promise.allSettled(Array.from({ length: Math.max(0, count) }, () => Helper.start()));
  return started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** Gives all callers the same helpers: up to the given number, or fewer if the system gives no more threads. */
type HelperPool = (most: number) => Promise<readonly Helper[]>;

/** Helpers of the calling thread, started on first use and kept. */
export function createHelperPool(): HelperPool {
  let helpers: Promise<Helper[]> = Promise.resolve([]);
  return async (most) => {
    helpers = helpers.then(async (there) => [...there, ...(await startHelpers(most - there.length))]);
    return (await helpers).slice(0, Math.max(0, most));
  };
}
