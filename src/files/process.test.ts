import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { processExists } from "./process.ts";

describe("processExists", () => {
  test("knows the living and the dead", async () => {
    expect(processExists(process.pid)).toBe(true);
    const child = spawn(process.execPath, ["--eval", ""]);
    await once(child, "exit");
    expect(processExists(child.pid!)).toBe(false);
  });

  test.skipIf(process.platform !== "linux")("counts nobody whose end was not asked about", async () => {
    const parent = spawn("sh", ["-c", "sleep 0 & echo $!; exec sleep 20"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [line] = await once(parent.stdout, "data");
    const id = Number(String(line));
    await expect.poll(() => processExists(id), { timeout: 10_000 }).toBe(false);
    // It is still there for the system.
    expect(process.kill(id, 0)).toBe(true);
    parent.kill();
  });
});
