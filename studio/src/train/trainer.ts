import { type Signal, signal } from "@preact/signals";
import engineScript from "../../../engines/web/ort-wasm-simd-threaded.mjs?url";
import engineWasm from "../../../engines/web/ort-wasm-simd-threaded.wasm.gz?url";
import { fromSections } from "../explore/explorable.ts";
import { ExploreState } from "../explore/state.ts";
import { download } from "../parts/download.ts";
import {
  type Change,
  DEFAULT_EXPERIMENT,
  type Evaluated,
  type Experiment,
  type LossPoint,
  type Order,
  type Report,
  type Snapshot,
} from "./protocol.ts";

type Phase = "idle" | "loading" | "training" | "paused" | "failed";

/** A moment that can be scrubbed back to. */
export interface Moment {
  readonly iteration: number;
  readonly model: Snapshot;
  readonly beside: Snapshot | undefined;
}

const MNIST = "mnist.bin";
/** Points of the curves: beyond, every second one is dropped. */
const MOST_POINTS = 4000;

/** The training of this page: what it is asked, and what has come of it. */
export class Trainer {
  readonly experiment: Signal<Experiment> = signal(DEFAULT_EXPERIMENT);
  readonly phase: Signal<Phase> = signal<Phase>("idle");
  readonly iteration = signal(0);
  readonly speed = signal(0);
  readonly parameters = signal(0);
  readonly examples = signal(0);
  /** What computes, in words. */
  readonly engine = signal("");
  readonly problem = signal("");
  readonly warnings: Signal<readonly string[]> = signal([]);
  readonly losses: Signal<readonly LossPoint[]> = signal([]);
  readonly moments: Signal<readonly Moment[]> = signal([]);
  /** The moment that is shown; undefined: now. */
  readonly shown: Signal<number | undefined> = signal(undefined);
  readonly state: Signal<ExploreState | undefined> = signal(undefined);
  readonly beside: Signal<ExploreState | undefined> = signal(undefined);
  readonly evaluated: Signal<Evaluated | undefined> = signal(undefined);
  /** Of the training that is under way. */
  readonly changes: Signal<readonly Change[]> = signal([]);
  /** The experiment as it was when the training began. */
  begun: Experiment | undefined;
  files: readonly File[] = [];
  private worker: Worker | undefined;
  private now: Moment | undefined;

  /** @param until iteration at which it pauses @param changes to repeat @param model to begin with, as a zip file */
  start({
    until,
    changes = [],
    model,
  }: {
    until?: number;
    changes?: readonly Change[];
    model?: File;
  } = {}): void {
    this.reset();
    this.begun = this.experiment.value;
    this.changes.value = changes;
    this.phase.value = "loading";
    const absolute = (address: string) => new URL(address, document.baseURI).href;
    try {
      this.worker = new Worker(new URL("./train.worker.ts", import.meta.url), { type: "module" });
    } catch (error) {
      this.fail(`this page may not start a worker (${(error as Error).message}): training needs one`);
      return;
    }
    this.worker.onerror = (event) =>
      this.fail(event.message || "the worker could not be loaded: reload the page");
    this.worker.onmessage = ({ data }: MessageEvent<Report>) => this.heed(data);
    this.order({
      type: "start",
      experiment: this.experiment.value,
      files: this.files,
      engine: { script: absolute(engineScript), wasm: absolute(engineWasm) },
      webgpu: {
        api: absolute("gpu/ort.jspi.min.mjs"),
        script: absolute("gpu/ort-wasm-simd-threaded.jspi.mjs"),
        wasm: absolute("gpu/ort-wasm-simd-threaded.jspi.wasm.gz"),
      },
      mnist: absolute(MNIST),
      until,
      changes,
      model,
    });
  }

  pause(): void {
    this.order({ type: "pause" });
  }

  resume(): void {
    this.shown.value = undefined;
    this.phase.value = "training";
    this.order({ type: "resume" });
  }

  step(): void {
    this.shown.value = undefined;
    this.order({ type: "step" });
  }

  /** Downloads the model as the zip file of a run directory. */
  save(): void {
    this.order({ type: "save" });
  }

  /** Evaluates the model on the examples it is trained on. */
  evaluate(): void {
    this.order({ type: "evaluate" });
  }

  reset(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.now = undefined;
    this.phase.value = "idle";
    this.iteration.value = 0;
    this.examples.value = 0;
    this.problem.value = "";
    this.warnings.value = [];
    this.losses.value = [];
    this.evaluated.value = undefined;
    this.begun = undefined;
    this.changes.value = [];
    this.moments.value = [];
    this.shown.value = undefined;
    this.state.value = undefined;
    this.beside.value = undefined;
  }

  /** β and learning rate take effect at once where a training is under way. */
  change(experiment: Experiment): void {
    const before = this.experiment.value;
    this.experiment.value = experiment;
    if (!this.worker) return;
    const { beta, learningRate } = experiment;
    if (beta !== before.beta || learningRate !== before.learningRate)
      this.order({ type: "change", beta, learningRate });
  }

  /** Shows a kept moment in all panels. */
  show(index: number | undefined): void {
    this.shown.value = index;
    const moment = index === undefined ? this.now : this.moments.value[index];
    if (moment) this.draw(moment);
  }

  private order(order: Order): void {
    this.worker?.postMessage(order);
  }

  private fail(message: string): void {
    this.problem.value = message;
    this.phase.value = "failed";
    this.worker?.terminate();
    this.worker = undefined;
  }

  private heed(report: Report): void {
    switch (report.type) {
      case "begun":
        this.phase.value = "training";
        this.parameters.value = report.parameters;
        this.examples.value = report.examples;
        this.engine.value = report.engine;
        for (const note of report.notes) this.warn(note);
        break;
      case "losses": {
        let losses = [...this.losses.value, ...report.points];
        if (losses.length > MOST_POINTS) losses = losses.filter((_, at) => at % 2 === 1);
        this.losses.value = losses;
        this.speed.value = report.speed;
        this.iteration.value = losses.at(-1)?.iteration ?? 0;
        break;
      }
      case "snapshot": {
        const moment = { iteration: report.iteration, model: report.model, beside: report.beside };
        this.now = moment;
        this.iteration.value = report.iteration;
        if (report.keep) this.moments.value = [...this.moments.value, moment];
        if (this.shown.value === undefined) this.draw(moment);
        break;
      }
      case "paused":
        this.phase.value = "paused";
        this.iteration.value = report.iteration;
        break;
      case "warning":
        this.warn(report.message);
        break;
      case "changed":
        this.changes.value = [...this.changes.value, report];
        break;
      case "saved":
        download(new Blob([report.zip], { type: "application/zip" }), "model.zip");
        break;
      case "evaluated":
        this.evaluated.value = report;
        break;
      case "failed":
        this.fail(report.message);
    }
  }

  private warn(message: string): void {
    if (!this.warnings.value.includes(message)) this.warnings.value = [...this.warnings.value, message];
  }

  private draw({ model, beside }: Moment): void {
    for (const [place, snapshot] of [
      [this.state, model],
      [this.beside, beside],
    ] as const) {
      if (!snapshot) continue;
      const explorable = fromSections(snapshot.manifest, snapshot.sections);
      if (place.value) place.value.show(explorable);
      else place.value = new ExploreState(explorable);
    }
  }
}
