import type { LongWork } from "../evaluate/row-function.ts";

/**
 * Does long work while somebody watches: passes on how far it is, and stops it when asked to.
 * @param label what is being done, in a word or two
 * @param unit what is counted, in the plural
 */
export type Watch = <T>(label: string, unit: string, work: (options: LongWork) => Promise<T>) => Promise<T>;
