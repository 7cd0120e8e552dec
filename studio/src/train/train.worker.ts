/**
 * Trains in the page, beside its main thread: one model, or a plain autoencoder beside it on the same batches. Between
 * iterations it looks for orders, so that a pause takes effect with the next one.
 */
import * as z from "zod";
import { VaekitError } from "../../../src/common/errors.ts";
import { type Dataset, spread } from "../../../src/data/dataset.ts";
import { configureWeb, VAE } from "../../../src/web.ts";
import { type Courses, changedCourses, firstCourses } from "./course.ts";
import { bundledMnist, droppedData, sprites } from "./page-data.ts";
import type { Change, Experiment, LossPoint, Order, Report } from "./protocol.ts";
import { requireWebAssembly } from "./require-webassembly.ts";
import { snapshotOf } from "./snapshot.ts";
import { Watching } from "./watching.ts";

// The page's policy forbids eval, which zod would try.
z.config({ jitless: true });

const SHOWN = 1500;
const EVALUATED = 5000;
/** Milliseconds between pictures: encoding the shown examples takes a few tens. */
const PICTURE_EVERY = 450;
const LOSSES_EVERY = 160;

const report = (message: Report) => postMessage(message);
const warn = (message: string) => report({ type: "warning", message });

let isPaused = false;
let steps = 0;
let change: Omit<Change, "iteration"> | undefined;
/** Orders that are carried out between two iterations. */
const wishes: ("save" | "evaluate")[] = [];
let wake = () => {};

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  if (order.type === "pause") isPaused = true;
  if (order.type === "resume") isPaused = false;
  if (order.type === "step") {
    isPaused = true;
    steps++;
  }
  if (order.type === "change") change = order;
  if (order.type === "save" || order.type === "evaluate") wishes.push(order.type);
  if (order.type === "start")
    train(order).catch((error) => {
      const message = error instanceof VaekitError ? error.message : `${error?.message ?? error}`;
      report({ type: "failed", message });
    });
  wake();
};

async function train(order: Extract<Order, { type: "start" }>): Promise<void> {
  const { experiment, files, engine, webgpu, mnist } = order;
  requireWebAssembly((globalThis as Partial<typeof globalThis>).WebAssembly);
  let zip = new Uint8Array();
  const store = (_: string, bytes: Uint8Array) => {
    zip = bytes.slice();
  };
  configureWeb({ engine, webgpu, store });
  const loaded = order.model && (await VAE.load(URL.createObjectURL(order.model)));
  const { data, notes } = await dataOf(experiment, files, mnist);
  const shown = spread(data, SHOWN);
  let course: Courses = firstCourses(experiment, data, loaded);
  const watching = new Watching(course.main.vae, data);
  let iteration = loaded?.iteration ?? 0;
  const changes = [...order.changes];
  let points: LossPoint[] = [];
  let [lastPicture, lastLosses] = [0, 0];
  let [counted, countedSince] = [0, performance.now()];
  let limit = order.until;

  const picture = async (keep: boolean) => {
    await course.main.read();
    await course.beside?.read();
    const model = await snapshotOf(course.main.vae, shown, { iteration, name: "VAE" });
    const beside =
      course.beside && (await snapshotOf(course.beside.vae, shown, { iteration, name: "autoencoder" }));
    report({ type: "snapshot", iteration, model, ...(beside && { beside }), keep });
    lastPicture = performance.now();
  };
  const tell = () => {
    const now = performance.now();
    report({ type: "losses", points, speed: (1000 * counted) / (now - countedSince) });
    points = [];
    lastLosses = now;
    [counted, countedSince] = [0, now];
  };
  const fulfil = async (wish: "save" | "evaluate") => {
    const { vae } = course.main;
    await course.main.read();
    if (wish === "save") {
      await vae.save("model.zip");
      report({ type: "saved", zip });
    } else {
      const judged = spread(data, EVALUATED);
      const { elbo, reconstruction, kl } = await vae.elbo(judged, { seed: 0 });
      report({ type: "evaluated", iteration, examples: judged.examples, elbo, reconstruction, kl });
    }
  };
  const begin = () => {
    const { weights, hyperparameters } = course.main.vae;
    report({
      type: "begun",
      parameters: weights!.layout.parameters.count,
      examples: data.examples,
      engine: engineText(course.main.device, hyperparameters.batchSize),
      notes,
    });
  };

  if (loaded) {
    begin();
    await picture(true);
    isPaused = true;
    report({ type: "paused", iteration });
  }
  for (;;) {
    while (isPaused && steps === 0 && !change && wishes.length === 0)
      await new Promise<void>((resolve) => (wake = resolve));
    for (const wish of wishes.splice(0)) await fulfil(wish);
    const known = changes[0]?.iteration === iteration ? changes.shift() : undefined;
    const { beta, learningRate } = change ?? known ?? {};
    if (beta !== undefined && learningRate !== undefined) {
      change = undefined;
      const settings = { beta, learningRate };
      course = await changedCourses(course, data, settings, experiment.seed + iteration);
      if (!known) report({ type: "changed", iteration, ...settings });
    }
    if (isPaused && steps === 0) continue;

    const means = await course.main.next(warn);
    const besideMeans = await course.beside?.next(warn);
    if (!means) return;
    iteration++;
    counted++;
    if (steps > 0) steps--;
    const { reconstruction, kl } = means;
    points.push({
      iteration,
      reconstruction,
      kl,
      elbo: reconstruction - kl,
      ...(besideMeans && { besideReconstruction: besideMeans.reconstruction }),
    });
    if (iteration === 1) begin();
    const isMoment = isLogarithmic(iteration);
    const now = performance.now();
    if (isMoment || now - lastPicture > PICTURE_EVERY) await picture(isMoment);
    if (now - lastLosses > LOSSES_EVERY) tell();
    for (const message of await watching.observe({ iteration, reconstruction, kl }, course.main.vae))
      warn(message.replace(/ \(--[^)]*\)/g, ""));
    await breathe();
    if (iteration === limit) {
      isPaused = true;
      limit = undefined;
    }
    if (isPaused && steps === 0) {
      tell();
      await picture(false);
      report({ type: "paused", iteration });
    }
  }
}

function engineText(device: string, batch: number): string {
  if (device === "webgpu") return "on the GPU";
  return crossOriginIsolated && batch % 2 === 0 ? "on two cores" : "on one core";
}

/** Whether an iteration is round(2^(k/2)) for some k. */
function isLogarithmic(iteration: number): boolean {
  return Math.round(2 ** (Math.round(2 * Math.log2(iteration)) / 2)) === iteration;
}

async function dataOf(
  { data, batchSize }: Experiment,
  files: readonly File[] | undefined,
  mnist: string,
): Promise<{ data: Dataset; notes: readonly string[] }> {
  const found =
    data === "mnist"
      ? { data: await bundledMnist(mnist), notes: [] }
      : data === "sprites"
        ? { data: sprites(), notes: [] }
        : await droppedData(files ?? []);
  if (found.data.examples < batchSize)
    throw new Error(
      `there are ${found.data.examples} examples and a batch takes ${batchSize}: make it smaller`,
    );
  return found;
}

const channel = new MessageChannel();
let breathed = () => {};
channel.port1.onmessage = () => breathed();

/** Lets messages in; a timer would wait 4 ms. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    breathed = resolve;
    channel.port2.postMessage(0);
  });
}
