/** What a user waits for and pays in memory: the command line, from launch. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

interface Launch {
  /** From starting the process to its first finished training step. */
  readonly firstStepSeconds: number;
  /** Largest resident set while training. */
  readonly peakMemoryBytes: number;
}

/** Trains MNIST for a few hundred iterations in a process of its own. */
export async function measureLaunch(): Promise<Launch> {
  const folder = await mkdtemp(join(tmpdir(), "vaekit-bench-"));
  try {
    const flags = ["--json", "--log-every", "1", "--max-iterations", "300", "--out", join(folder, "run")];
    const start = performance.now();
    const child = spawn(process.execPath, [CLI, "train", "mnist", ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let firstStepSeconds = Number.NaN;
    let last: { peakMemoryBytes?: number } = {};
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line);
      if (event.type === "log" && Number.isNaN(firstStepSeconds))
        firstStepSeconds = (performance.now() - start) / 1e3;
      last = event;
    }
    return { firstStepSeconds, peakMemoryBytes: last.peakMemoryBytes ?? Number.NaN };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Median wall time of `vaekit --help`, in seconds. */
export async function measureHelp(runs = 7): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    const child = spawn(process.execPath, [CLI, "--help"], { stdio: "ignore" });
    await new Promise((resolve) => child.on("exit", resolve));
    times.push((performance.now() - start) / 1e3);
  }
  return times.sort((a, b) => a - b)[runs >> 1]!;
}
