import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../common/errors.ts";
import { nodeRuntime } from "./node.ts";
import { withThreads } from "./session.ts";
import { trainingStep } from "./testing/training-step.ts";
import { threadCount } from "./threads.ts";

describe("threadCount", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("is what is asked for, else VAEKIT_THREADS, else the machine's cores", () => {
    vi.stubEnv("VAEKIT_THREADS", "");
    expect(threadCount()).toBe(availableParallelism());
    vi.stubEnv("VAEKIT_THREADS", "7");
    expect(threadCount()).toBe(7);
    expect(threadCount(3)).toBe(3);
  });

  it.each(["0", "-2", "1.5", "many", "Infinity"])("rejects VAEKIT_THREADS=%s", (value) => {
    vi.stubEnv("VAEKIT_THREADS", value);
    expect(() => threadCount()).toThrow(ConfigError);
    expect(() => threadCount()).toThrow(`VAEKIT_THREADS is ${value}; it must be a positive integer`);
  });
});

describe("helpers", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("are as many as there are other threads, those asked for before VAEKIT_THREADS", async () => {
    vi.stubEnv("VAEKIT_THREADS", "1");
    const native = await nodeRuntime({ path: "native" });
    for (const [runtime, expected] of [
      [native, 0],
      [withThreads(native, 3), 2],
      [withThreads(await nodeRuntime({ path: "binding" }), 3), 0],
    ] as const) {
      const helpers = await runtime.startHelpers(5);
      expect(helpers).toHaveLength(expected);
      await Promise.all(helpers.map((helper) => helper.end()));
    }
  });
});

describe.runIf(process.platform === "linux")("sessions", () => {
  const threadsOfProcess = () => readdirSync("/proc/self/task").length;

  it.each(["native", "binding"] as const)(
    "of %s start no more threads than asked, and end them",
    async (path) => {
      const runtime = await nodeRuntime({ path });
      const { model } = trainingStep(2, [3, 2, 3]);
      const before = threadsOfProcess();
      for (const threads of [1, 2, 5]) {
        const session = await runtime.createSession(model, { threads });
        // The thread that calls run works too.
        expect(threadsOfProcess() - before).toBe(threads - 1);
        await session.dispose();
        expect(threadsOfProcess()).toBe(before);
      }
    },
  );
});
