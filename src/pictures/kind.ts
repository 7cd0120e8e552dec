import type { Io } from "../cli/io.ts";
import type { PlotFlag, PlotOptions } from "../cli/plot-flags.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Figure } from "../plot/figure.ts";
import type { Pixels } from "../plot/pixels.ts";
import type { TrainedRun } from "../tasks/open.ts";

/** What a picture is drawn from. */
export interface Scene {
  readonly run: TrainedRun;
  readonly options: PlotOptions;
  readonly io: Io;
  /** The split asked for. */
  data(): Promise<Dataset>;
}

/** Frames of a film that repeats. */
export interface Loop {
  readonly frames: readonly Pixels[];
  /** Milliseconds of each. */
  readonly frameDuration: number;
}

export type Drawing = Figure | Pixels | Loop;

export const FORMATS = ["png", "svg", "gif", "webp"] as const;
export type Format = (typeof FORMATS)[number];

/** A kind of picture that is one file. */
export interface PictureKind {
  readonly about: string;
  /** Those that it takes, besides --out and --force. */
  readonly flags: readonly PlotFlag[];
  /** Endings its file may have; the first is the default. */
  readonly formats: readonly Format[];
  draw(scene: Scene, format: Format): Promise<Drawing>;
}

/** How a run's latent points lie to the standard normal prior. */
export interface ComparedRun {
  readonly run: string;
  /** RMS difference per value of samples from the nearest training row, and the same of held-out examples. */
  readonly nearestRow: number;
  readonly heldOutNearestRow: number;
  /** Share of draws from the prior with no latent point near: holes. */
  readonly uncovered: number;
  /** Share of latent points with no draw near. */
  readonly unreached: number;
}

/** What the result tells about a file. */
export interface MadeFile {
  readonly file: string;
  /** Pixels, of pictures. */
  readonly width?: number;
  readonly height?: number;
  readonly comparison?: readonly ComparedRun[];
}

/** A kind that makes something else than one picture of one run. */
export interface WorkKind {
  readonly about: string;
  readonly flags: readonly PlotFlag[];
  /** Whether it takes a second run. */
  readonly pair?: boolean;
  make(scene: Scene, second: TrainedRun | undefined): Promise<readonly MadeFile[]>;
}

export type PlotKind = PictureKind | WorkKind;
