import type { LongWork } from "../evaluate/row-function.ts";

/**
 * Runs long work with progress reports and cancellation.
 * @param label what is being done, in a word or two
 * @param unit what is counted, in the plural
 */
export type Watch = <T>(label: string, unit: string, work: (options: LongWork) => Promise<T>) => Promise<T>;
