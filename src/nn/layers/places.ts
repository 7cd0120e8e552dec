import type { Shape } from "../../graph/node.ts";
import { timesText, UnfitInput } from "./rule.ts";

/** One number for all axes, or one for each: rows first, then columns. */
export type PerAxis = number | readonly number[];

/**
 * Padding of the input. `same`: zeros that make the output ⌈length/stride⌉ long, the extra one at the end; `valid`:
 * none; a number: that many zeros on every side.
 */
export type Padding = "same" | "valid" | number;

/** Height and width of an image, or length of a sequence, and channels. */
interface Places {
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

/** A value for each axis. @throws {UnfitInput} when the setting has another number of axes */
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

/** Positions of a window along an axis: ⌊(padded − span)/stride⌋ + 1; 0 or less when it does not fit. */
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

/** The default input length for a number of window positions: the smallest, or with `same` the largest. */
export function lengthBefore(places: number, window: AxisWindow, padding: Padding): number {
  if (padding === "same") return places * window.stride;
  return (places - 1) * window.stride + spanOf(window) - 2 * (padding === "valid" ? 0 : padding);
}

/** Values of two axes, where sequences are images of height 1. @param ofHeight the value that height has then */
export function pairOf<T>(values: readonly T[], ofHeight: T): readonly [T, T] {
  return (values.length === 1 ? [ofHeight, values[0]] : values) as readonly [T, T];
}
