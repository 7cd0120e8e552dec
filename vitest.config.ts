import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "studio/**/*.test.ts"],
    pool: "forks",
    // The engine, and where models are saved, as `vaekit/node` provides them.
    setupFiles: ["test/setup/platform.ts"],
    testTimeout: 30_000,
    // Half of the time goes into commands that are started and use one core: the default would leave the other idle.
    maxWorkers: 2,
    // Some hooks train a model first.
    hookTimeout: 60_000,
  },
});
