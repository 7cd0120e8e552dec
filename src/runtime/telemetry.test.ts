import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

const NODE_RUNTIME = new URL("./node.ts", import.meta.url).href;

let home = "";

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "vaekit-home-"));
});

afterAll(() => rmSync(home, { recursive: true }));

it("the engine leaves nothing for its makers in the home folder", () => {
  const script = `import { nodeRuntime } from ${JSON.stringify(NODE_RUNTIME)}; await nodeRuntime();`;
  // Continuous integration and test runners are spared by the engine itself.
  const environment = { PATH: process.env.PATH, HOME: home };
  const words = ["--import", "tsx", "--input-type=module", "--eval", script];
  const { status, stderr } = spawnSync(process.execPath, words, { env: environment, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(existsSync(join(home, ".cache", "Microsoft"))).toBe(false);
});
