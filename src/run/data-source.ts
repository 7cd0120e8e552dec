import { DataError } from "../common/errors.ts";
import { asSetting } from "../common/named-setting.ts";
import type { RunConfig } from "./config.ts";

/** Begins the source of data that have no path. */
export const MADE_IN_CODE = "made in code: ";

/** Whether only the user knows where a run's data are. */
export function isMadeInCode({ source }: RunConfig["data"]): boolean {
  return source.startsWith(MADE_IN_CODE);
}

/**
 * Where a run's data are.
 * @param given by the user, in their place
 * @throws {DataError} for data made in code, when nothing is given
 */
export function sourceOf(data: RunConfig["data"], given: string | undefined): string {
  if (given !== undefined) return given;
  if (!isMadeInCode(data)) return data.source;
  throw new DataError(
    `the run was trained on data made in code, called ${data.source.slice(MADE_IN_CODE.length)}: give the same data by ${asSetting("data")}`,
  );
}
