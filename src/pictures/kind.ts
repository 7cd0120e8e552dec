/**
 * A kind of picture is one row: what it shows, its options, and how it is drawn from a run. Options are plain values,
 * long work reports progress through a callback, and the result is pixels or a figure: encoding and files are the
 * caller's, so that command line, report and browser draw alike. A new kind is a file and a row of `kinds.ts`.
 */
import type { Dataset, SplitName } from "../data/dataset.ts";
import type { Figure } from "../plot/figure.ts";
import type { Pixels } from "../plot/pixels.ts";
import type { TrainedRun } from "../tasks/open.ts";
import type { Watch } from "../tasks/watch.ts";
import type { OptionValues, PictureOptions, pictureOptions } from "./options.ts";

/** The input of a picture. */
export interface Scene<O extends PictureOptions = typeof pictureOptions> {
  readonly run: TrainedRun;
  /** Another run, to compare with. */
  readonly second?: TrainedRun | undefined;
  readonly options: OptionValues<O>;
  readonly watch: Watch;
  /** A split of the data; default: the one asked for. */
  data(split?: SplitName): Promise<Dataset>;
  /** Least and greatest value of a run's data: what is drawn black, and what white. */
  range(run: TrainedRun): Promise<readonly [number, number]>;
}

/** Frames of a film that repeats. */
export interface Loop {
  readonly frames: readonly Pixels[];
  /** Milliseconds of each; default: 250. */
  readonly frameDuration?: number | undefined;
  /** Milliseconds of the last; default: 3,000. */
  readonly lastFrameDuration?: number | undefined;
}

/** Several films, by name. */
interface Films {
  readonly films: Readonly<Record<string, Loop>>;
}

/** What was drawn, and numbers that belong to it. */
export type Drawing = (Figure | Pixels | Loop | Films) & { readonly facts?: object };

export const FORMATS = ["png", "svg", "gif", "webp"] as const;
export type Format = (typeof FORMATS)[number];

/** A kind of picture. */
export interface PictureKind<O extends PictureOptions = PictureOptions> {
  readonly about: string;
  readonly options: O;
  /** Formats its file may have; the first is the default. */
  readonly formats: readonly Format[];
  /** Whether it takes a second run. */
  readonly pair?: boolean;
  /** Names of the films of a kind that draws several. */
  readonly films?: readonly string[];
  /** Checks that the kind applies to a run, before long work begins. @throws {ConfigError | RunError} */
  check?(scene: Scene<O>): void | Promise<void>;
  draw(scene: Scene<O>, format: Format): Promise<Drawing>;
}

/** Lets the compiler find the types of the options' values. */
export function definePicture<const O extends PictureOptions>(kind: PictureKind<O>): PictureKind<O> {
  return kind;
}
