import { expect, it } from "vitest";
import { reserveBackgroundStack } from "./background-stack.ts";

const KIB = 1024;

/** koffi's settings, which can be changed until it has loaded a library. */
function koffi(asyncStack: number, isLoaded: boolean) {
  const settings = { sync_stack_size: 2048 * KIB, async_stack_size: asyncStack };
  const config = (change?: Partial<typeof settings>) => {
    if (change && isLoaded)
      throw new Error("Cannot change Koffi configuration once a library has been loaded");
    return Object.assign(settings, change);
  };
  return { settings, config };
}

it("raises the stack of other threads to that of the caller's", () => {
  const { settings, config } = koffi(128 * KIB, false);
  expect(reserveBackgroundStack({ config })).toBe(true);
  expect(settings.async_stack_size).toBe(2048 * KIB);
});

it("says whether it is enough where koffi is set up already", () => {
  expect(reserveBackgroundStack(koffi(128 * KIB, true))).toBe(false);
  expect(reserveBackgroundStack(koffi(4096 * KIB, true))).toBe(true);
});
