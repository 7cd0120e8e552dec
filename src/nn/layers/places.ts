import type { Shape } from "../../graph/node.ts";
import { timesText, UnfitInput } from "./rule.ts";

/** One number for all axes, or one for each: rows first, then columns. */
export type PerAxis = number | readonly number[];

/**
 * What surrounds the input. `same`: as many zeros as make the output ⌈length/stride⌉ long, the odd one after; `valid`:
 * none; or so many on every side.
 */
export type Padding = "same" | "valid" | number;

/** Height and width of an image, or length of a sequence, and channels. */
export interface Places {
  readonly lengths: readonly number[];
  readonly channels: number;
}

const NAMES = ["", "length", "height, width"] as const;

/**
 * Reads [length, channels] where there is 1 axis, [height, width, channels] where there are 2. Without a last axis
 * there is one channel.
 * @throws {UnfitInput} for any other shape
 */
export function placesOf(shape: Shape, axes: 1 | 2): Places {
  if (shape.length === axes) return { lengths: shape, channels: 1 };
  if (shape.length !== axes + 1) throw new UnfitInput(`it needs [${NAMES[axes]}, channels]`);
  return { lengths: shape.slice(0, axes), channels: shape.at(-1)! };
}

/** Reads a sequence or an image, by the number of its axes. @throws {UnfitInput} for any other shape */
export function anyPlacesOf(shape: Shape): Places {
  if (shape.length !== 2 && shape.length !== 3)
    throw new UnfitInput("it needs [length, channels] or [height, width, channels]");
  return { lengths: shape.slice(0, -1), channels: shape.at(-1)! };
}

/** A value for each of so many axes. @throws {UnfitInput} when the setting has another number of them */
export function perAxis(setting: PerAxis, axes: number, name: string): readonly number[] {
  if (typeof setting === "number") return Array.from({ length: axes }, () => setting);
  if (setting.length !== axes)
    throw new UnfitInput(`its ${name} is [${setting.join(", ")}]: it needs one number, or a list of ${axes}`);
  return setting;
}

/** A kernel along one axis. */
export interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  /** Distance between neighbouring elements of the kernel. */
  readonly dilation: number;
}

/** Pixels it spans: dilation·(kernel − 1) + 1. */
function spanOf({ kernel, dilation }: AxisWindow): number {
  return dilation * (kernel - 1) + 1;
}

/** Zeros before and after an axis of this length. */
export function paddingOf(length: number, window: AxisWindow, padding: Padding): readonly [number, number] {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return [padding, padding];
  const places = Math.ceil(length / window.stride);
  const missing = Math.max((places - 1) * window.stride + spanOf(window) - length, 0);
  return [Math.floor(missing / 2), Math.ceil(missing / 2)];
}

/** Places a window takes along an axis: ⌊(padded − span)/stride⌋ + 1, of which there may be none. */
export function windowPlaces(length: number, window: AxisWindow, padding: Padding): number {
  const [before, after] = paddingOf(length, window, padding);
  return Math.floor((length + before + after - spanOf(window)) / window.stride) + 1;
}

/** @throws {UnfitInput} when the window does not fit into the input */
export function placesTaken(
  lengths: readonly number[],
  windows: readonly AxisWindow[],
  padding: Padding,
): number[] {
  return lengths.map((length, axis) => {
    const places = windowPlaces(length, windows[axis]!, padding);
    if (places >= 1) return places;
    const least = spanOf(windows[axis]!) - (typeof padding === "number" ? 2 * padding : 0);
    throw new UnfitInput(
      `its window spans ${timesText(windows.map(spanOf))}, so it needs a length of ${least} or more where ${length} came`,
    );
  });
}

/** The usual length from which a window takes so many places: the least, or with `same` the longest. */
export function lengthBefore(places: number, window: AxisWindow, padding: Padding): number {
  if (padding === "same") return places * window.stride;
  return (places - 1) * window.stride + spanOf(window) - 2 * (padding === "valid" ? 0 : padding);
}

/** Values of two axes, where sequences are images of height 1. @param ofHeight the value that height has then */
export function pairOf<T>(values: readonly T[], ofHeight: T): readonly [T, T] {
  return (values.length === 1 ? [ofHeight, values[0]] : values) as readonly [T, T];
}
