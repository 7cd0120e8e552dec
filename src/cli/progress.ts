import { MultiBar, type SingleBar } from "cli-progress";
import { formatCount, formatSeconds } from "../common/format.ts";
import type { LongWork } from "../evaluate/row-function.ts";
import type { Watch } from "../tasks/watch.ts";
import { formatRate } from "./format.ts";
import type { Io } from "./io.ts";

interface ProgressOptions {
  /** What is being done, in one word. */
  readonly label: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly total: number;
}

/** Lines are written no more often than this where there is no terminal. */
const LINE_EVERY_MS = 5000;
const DRAW_EVERY_MS = 100;

/**
 * Shows how far long work has come, on stderr: to a person a bar that moves, to a file a line every few seconds, to a
 * program that reads JSON from stdout nothing.
 */
export class Progress {
  private readonly io: Io;
  private readonly options: ProgressOptions;
  private readonly bars: MultiBar | undefined;
  private bar: SingleBar | undefined;
  private start: { readonly done: number; readonly time: number } | undefined;
  private shown = performance.now();
  /** A process that ends early must not leave the terminal as the bar needs it. */
  private forget: (() => void) | undefined;

  constructor(io: Io, options: ProgressOptions) {
    this.io = io;
    this.options = options;
    const { stderr } = io.terminal;
    if (stderr.isTTY)
      this.bars = new MultiBar({
        stream: stderr,
        format: "{label} {bar} {percentage}% | {speed} {unit}/s | {left} left{note}",
        barCompleteChar: "█",
        barIncompleteChar: "░",
        barsize: 20,
        clearOnComplete: true,
      });
  }

  /** @param note what else is worth a glance, such as the loss */
  update(done: number, note = ""): void {
    const now = performance.now();
    this.start ??= { done, time: now };
    if (now - this.shown < (this.bars ? DRAW_EVERY_MS : LINE_EVERY_MS)) return;
    this.shown = now;
    const { label, unit, total } = this.options;
    const perSecond = (1000 * (done - this.start.done)) / (now - this.start.time);
    const speed = formatRate(perSecond);
    const left = formatSeconds((total - done) / perSecond);
    if (this.bars) {
      if (!this.bar) this.forget = this.io.terminal.onExit?.(() => this.stop());
      this.bar ??= this.bars.create(total, done, { label, unit });
      this.bar.update(done, { speed, left, note: note && ` | ${note}` });
      this.bars.update();
    } else if (this.io.isWatched) {
      const percent = Math.floor((100 * done) / total);
      const position = `${formatCount(done)} of ${formatCount(total)} ${unit} (${percent}%)`;
      this.io.say(`${label}: ${position}, ${speed} ${unit}/s, ${left} left${note && `, ${note}`}`);
    }
  }

  /** A line that stays. */
  log(line: string): void {
    if (this.bar) this.bars?.log(`${line}\n`);
    else this.io.say(line);
  }

  stop(): void {
    if (this.bar) this.bars?.stop();
    this.bar = undefined;
    this.forget?.();
  }
}

/** Does work on many rows while a person watches, and may interrupt. */
export async function watched<T>(
  io: Io,
  label: string,
  unit: string,
  work: (options: LongWork) => Promise<T>,
): Promise<T> {
  return watchOn(io)(label, unit, work);
}

/** Shows long work on a terminal. */
export function watchOn(io: Io): Watch {
  return async (label, unit, work) => {
    let progress: Progress | undefined;
    const onProgress = (done: number, total: number) => {
      progress ??= new Progress(io, { label, unit, total });
      progress.update(done);
    };
    try {
      return await work({ signal: io.signal, onProgress });
    } finally {
      progress?.stop();
    }
  };
}
