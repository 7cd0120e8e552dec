import { Helper } from "./helper.ts";

/** Gives up to so many helpers, or fewer where the system gives no more threads. */
export type HelperPool = (most: number) => Promise<readonly Helper[]>;

/** Helpers of the calling thread, which are started when they are first asked for, and kept. */
export function createHelperPool(): HelperPool {
  const started: Promise<Helper | undefined>[] = [];
  return async (most) => {
    while (started.length < most) started.push(Helper.start().catch(() => undefined));
    const helpers = await Promise.all(started.slice(0, Math.max(0, most)));
    return helpers.filter((helper) => helper !== undefined);
  };
}
