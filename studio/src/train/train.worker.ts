/**
 * Trains in the page, beside its main thread: one model, or a plain autoencoder beside it on the same batches. Between
 * iterations it looks for orders, so that a pause takes effect with the next one.
 */
import * as z from "zod";
import { VaekitError } from "../../../src/common/errors.ts";
import { type Dataset, spread } from "../../../src/data/dataset.ts";
import { webRuntime } from "../../../src/runtime/web.ts";
import { chooseLikelihood } from "../../../src/train/choose-likelihood.ts";
import type { TrainingEvent } from "../../../src/train/events.ts";
import { VAE } from "../../../src/vae/vae.ts";
import { bundledMnist, droppedData, sprites } from "./page-data.ts";
import type { Experiment, LossPoint, Order, Report } from "./protocol.ts";
import { snapshotOf } from "./snapshot.ts";

// The page's policy forbids eval, which zod would try.
z.config({ jitless: true });

const SHOWN = 1500;
/** Milliseconds between pictures: encoding the shown examples takes a few tens. */
const PICTURE_EVERY = 450;
const LOSSES_EVERY = 160;
const MOST_ITERATIONS = 1_000_000;

type Runtime = Awaited<ReturnType<typeof webRuntime>>;

const report = (message: Report) => postMessage(message);

/** A model and its training, iteration by iteration. */
class Course {
  readonly vae: VAE;
  private readonly events: AsyncGenerator<TrainingEvent, void, void>;

  constructor(vae: VAE, data: Dataset, seed: number) {
    this.vae = vae;
    this.events = vae.trainingEvents(data, {
      maxIterations: MOST_ITERATIONS,
      seed,
      logEvery: MOST_ITERATIONS,
      checkpointEvery: 0,
    });
  }

  /** The next iteration's means. */
  async next(): Promise<{ reconstruction: number; kl: number } | undefined> {
    for (;;) {
      const { value, done } = await this.events.next();
      if (done) return undefined;
      if (value.type === "warning") report({ type: "warning", message: value.message });
      if (value.type === "iteration") return value;
    }
  }

  async end(): Promise<void> {
    await this.events.return();
  }
}

let isPaused = false;
let steps = 0;
let change: { beta: number; learningRate: number } | undefined;
let wake = () => {};

self.onmessage = ({ data: order }: MessageEvent<Order>) => {
  if (order.type === "pause") isPaused = true;
  if (order.type === "resume") isPaused = false;
  if (order.type === "step") {
    isPaused = true;
    steps++;
  }
  if (order.type === "change") change = order;
  if (order.type === "start")
    train(order).catch((error) => {
      const message = error instanceof VaekitError ? error.message : `${error?.message ?? error}`;
      report({ type: "failed", message });
    });
  wake();
};

async function train({
  experiment,
  files,
  engine,
  mnist,
  until,
}: Extract<Order, { type: "start" }>): Promise<void> {
  if (typeof WebAssembly === "undefined")
    throw new Error("this browser has no WebAssembly: training needs it");
  const runtime = await webRuntime({ files: engine });
  const { data, notes } = await dataOf(experiment, files, mnist);
  const shown = spread(data, SHOWN);
  let current = experiment;
  let course = courseOf(current, data, runtime, 0);
  let iteration = 0;
  let points: LossPoint[] = [];
  let [lastPicture, lastLosses] = [0, 0];
  let [counted, countedSince] = [0, performance.now()];
  let limit = until;

  const picture = async (keep: boolean) => {
    const model = await snapshotOf(course.main.vae, shown, { iteration, name: "VAE" });
    const beside =
      course.beside && (await snapshotOf(course.beside.vae, shown, { iteration, name: "autoencoder" }));
    report({ type: "snapshot", iteration, model, ...(beside && { beside }), keep });
    lastPicture = performance.now();
  };
  const tell = () => {
    const now = performance.now();
    const speed = (1000 * counted) / (now - countedSince);
    report({ type: "losses", points, speed });
    points = [];
    lastLosses = now;
    [counted, countedSince] = [0, now];
  };

  for (;;) {
    const means = await course.main.next();
    const besideMeans = await course.beside?.next();
    if (!means) return;
    iteration++;
    counted++;
    if (iteration === 1)
      report({
        type: "begun",
        parameters: course.main.vae.weights!.layout.parameters.count,
        examples: data.examples,
        notes,
      });
    points.push({
      iteration,
      reconstruction: means.reconstruction,
      kl: means.kl,
      elbo: means.reconstruction - means.kl,
      ...(besideMeans && { besideReconstruction: besideMeans.reconstruction }),
    });
    const isMoment = isLogarithmic(iteration);
    const now = performance.now();
    if (isMoment || now - lastPicture > PICTURE_EVERY) await picture(isMoment);
    if (now - lastLosses > LOSSES_EVERY) tell();
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
    while (isPaused && steps === 0 && !change) await new Promise<void>((resolve) => (wake = resolve));
    if (steps > 0) steps--;
    if (change) {
      const { beta, learningRate } = change;
      change = undefined;
      current = { ...current, beta, learningRate };
      const before = course;
      await before.main.end();
      await before.beside?.end();
      course = courseOf(current, data, runtime, iteration, before);
    }
  }
}

/** Whether an iteration is round(2^(k/2)) for some k. */
function isLogarithmic(iteration: number): boolean {
  return Math.round(2 ** (Math.round(2 * Math.log2(iteration)) / 2)) === iteration;
}

interface Courses {
  readonly main: Course;
  readonly beside: Course | undefined;
}

/** @param before courses whose weights are taken over; the optimizer's moments begin anew */
function courseOf(
  { hidden, latent, likelihood, beta, learningRate, keepProbability, batchSize, seed, beside }: Experiment,
  data: Dataset,
  runtime: Runtime,
  iteration: number,
  before?: Courses,
): Courses {
  const values = data.shape.reduce((product, length) => product * length, 1);
  const make = (extra: object, from: Course | undefined) => {
    const chosen = likelihood === "auto" ? chooseLikelihood(data).hyperparameters : { likelihood };
    const settings = { ...chosen, learningRate, keepProbability, batchSize, ...extra };
    const weights = from?.vae.weights;
    const kept = from && weights && { model: from.vae.model, weights };
    const vae = new VAE([values, ...hidden, latent], settings, { runtime, ...kept });
    return new Course(vae, data, seed + iteration);
  };
  return {
    main: make({ beta }, before?.main),
    beside: beside ? make({ posterior: "point" }, before?.beside) : undefined,
  };
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
