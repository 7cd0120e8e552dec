import { readdirSync, readFileSync } from "node:fs";
import "../../src/tasks/node-platform.ts";
import { stripes } from "../../src/train/testing/tiny.ts";
import { VAE } from "../../src/vae/vae.ts";
import type { TableLine } from "./table.ts";

/** What a process holds: megabytes in memory, open files, threads. */
interface Holdings {
  readonly megabytes: number;
  readonly files: number;
  readonly threads: number;
}

async function holdings(): Promise<Holdings> {
  // Finalizers run between two collections.
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const threads = Number(/^Threads:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))![1]);
  return { megabytes: process.memoryUsage().rss / 1e6, files: readdirSync("/proc/self/fd").length, threads };
}

/** Memory, files and time of a step are the same in the second quarter of a long training and in its last. */
export async function longTraining(iterations: number): Promise<TableLine> {
  const vae = new VAE([16, 4, 2], { batchSize: 8 });
  const seen: (Holdings & { readonly microseconds: number })[] = [];
  const quarter = iterations / 4;
  let start = performance.now();
  const events = vae.trainingEvents(stripes(64), {
    maxIterations: iterations,
    logEvery: 1000,
    checkpointEvery: 1000,
  });
  for await (const event of events) {
    if (event.type !== "iteration" || event.iteration % quarter !== 0) continue;
    const microseconds = (1000 * (performance.now() - start)) / quarter;
    seen.push({ ...(await holdings()), microseconds });
    start = performance.now();
  }
  await vae.dispose();
  const lost = grown(seen[1]!, seen.at(-1)!);
  const told = seen.map(
    ({ megabytes, files, threads, microseconds }) =>
      `${megabytes.toFixed(0)} MB, ${files} files, ${threads} threads, ${microseconds.toFixed(0)} µs a step`,
  );
  return { what: `${iterations} steps (${told.join("; ")})`, cases: iterations, lost };
}

/** Memory, files and threads are the same after the first fifth of many models and after the last. */
export async function manyModels(models: number, disposed: boolean): Promise<TableLine> {
  const seen: Holdings[] = [];
  const data = stripes(64);
  for (let index = 1; index <= models; index++) {
    const vae = new VAE([16, 4, 2], { batchSize: 8 });
    await vae.train(data, { maxIterations: 2 });
    await vae.encode(data);
    if (disposed) await vae.dispose();
    if (index % (models / 5) === 0) seen.push(await holdings());
  }
  const lost = grown(seen[0]!, seen.at(-1)!);
  const told = seen.map(
    ({ megabytes, files, threads }) => `${megabytes.toFixed(0)} MB, ${files} files, ${threads} threads`,
  );
  const how = disposed ? "disposed of" : "dropped";
  return { what: `models built and ${how} (${told.join("; ")})`, cases: models, lost };
}

function grown(before: Holdings, after: Holdings): string[] {
  const lost: string[] = [];
  if (after.megabytes > 1.25 * before.megabytes + 30)
    lost.push(`memory grew from ${before.megabytes.toFixed(0)} to ${after.megabytes.toFixed(0)} MB`);
  if (after.files > before.files + 4) lost.push(`open files grew from ${before.files} to ${after.files}`);
  if (after.threads > before.threads + 4)
    lost.push(`threads grew from ${before.threads} to ${after.threads}`);
  return lost;
}
