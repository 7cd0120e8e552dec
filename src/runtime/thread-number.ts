import { ConfigError } from "../common/errors.ts";

/** @throws ConfigError unless the value is a positive integer. */
export function positiveInteger(setting: string, value: number | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new ConfigError(`${setting} is ${value}; it must be a positive integer`);
  }
  return number;
}
