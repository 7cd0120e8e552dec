import { afterEach, expect, it, vi } from "vitest";
import { Helper } from "./helper.ts";
import { createHelperPool, startHelpers } from "./helper-pool.ts";

afterEach(() => vi.restoreAllMocks());

it("starts helpers when they are asked for, and gives the same ones again", async () => {
  const start = vi.spyOn(Helper, "start");
  const pool = createHelperPool();
  expect(await pool(0)).toEqual([]);
  expect(await pool(-1)).toEqual([]);
  expect(start).not.toHaveBeenCalled();
  const [[first], both] = await Promise.all([pool(1), pool(2)]);
  expect(both).toHaveLength(2);
  expect(both[0]).toBe(first);
  expect(await pool(1)).toEqual([first]);
  expect(start).toHaveBeenCalledTimes(2);
});

it("does without those for which the system gives no thread, until it gives one", async () => {
  vi.spyOn(Helper, "start").mockRejectedValueOnce(new Error("EAGAIN"));
  expect(await startHelpers(2)).toHaveLength(1);
  vi.spyOn(Helper, "start").mockRejectedValueOnce(new Error("EAGAIN"));
  const pool = createHelperPool();
  expect(await pool(1)).toEqual([]);
  expect(await pool(1)).toHaveLength(1);
});
