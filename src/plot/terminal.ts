/** Pictures made of text. */
import type { Colour, Pixels } from "./pixels.ts";

export type TerminalColours = "truecolor" | "256" | "none";

/** How a picture is drawn in a terminal. */
export interface HalfBlocksOptions {
  /** What the terminal can show; `none` gives plain characters, bright ones for a dark terminal. Default `truecolor`. */
  readonly colours?: TerminalColours;
}

const UPPER_HALF = "▀";
const RESET = "\x1b[0m";
const RAMP = " .:-=+*#%@";

/**
 * A picture as lines of text, each ending in a newline. A character is one pixel wide and two high, which most fonts
 * show as two squares. Opacity is taken to lie on black.
 */
export function halfBlocks(pixels: Pixels, { colours = "truecolor" }: HalfBlocksOptions = {}): string {
  const line = colours === "none" ? plainLine : colouredLine(colours === "256" ? indexed : direct);
  let text = "";
  for (let y = 0; y < pixels.height; y += 2) text += `${line(pixels, y)}\n`;
  return text;
}

function plainLine(pixels: Pixels, y: number): string {
  let text = "";
  for (let x = 0; x < pixels.width; x++) {
    const upper = luminance(colourAt(pixels, x, y));
    const lower = y + 1 < pixels.height ? luminance(colourAt(pixels, x, y + 1)) : upper;
    text += RAMP[Math.round(((upper + lower) / 2 / 255) * (RAMP.length - 1))];
  }
  return text.trimEnd();
}

/** Colours are set only where they change; below an odd last row the terminal's own background remains. */
function colouredLine(code: (colour: Colour) => string) {
  return (pixels: Pixels, y: number): string => {
    let text = "";
    let upper = "";
    let lower = "";
    for (let x = 0; x < pixels.width; x++) {
      const foreground = `\x1b[38;${code(colourAt(pixels, x, y))}m`;
      const background = y + 1 < pixels.height ? `\x1b[48;${code(colourAt(pixels, x, y + 1))}m` : "";
      if (foreground !== upper) text += foreground;
      if (background !== lower) text += background;
      upper = foreground;
      lower = background;
      text += UPPER_HALF;
    }
    return text + RESET;
  };
}

function colourAt({ width, channels, data }: Pixels, x: number, y: number): Colour {
  const at = channels * (y * width + x);
  if (channels === 1) return [data[at]!, data[at]!, data[at]!];
  const opacity = channels === 4 ? data[at + 3]! / 255 : 1;
  const sample = (channel: number) => Math.round(opacity * data[at + channel]!);
  return [sample(0), sample(1), sample(2)];
}

/** Luma of ITU-R BT.709, 0 to 255. */
function luminance([red, green, blue]: Colour): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function direct(colour: Colour): string {
  return `2;${colour.join(";")}`;
}

/** xterm's 256 colours: from 16 a cube of six levels a channel, from 232 the greys 8, 18 … 238. */
const CUBE_LEVELS = [0, 95, 135, 175, 215, 255];

function indexed(colour: Colour): string {
  const cube = colour.map(nearestCubeLevel);
  const mean = (colour[0] + colour[1] + colour[2]) / 3;
  const greyStep = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)));
  const grey = 8 + 10 * greyStep;
  const toCube = squaredDistance(
    colour,
    cube.map((step) => CUBE_LEVELS[step]!),
  );
  const toGrey = squaredDistance(colour, [grey, grey, grey]);
  return toGrey < toCube ? `5;${232 + greyStep}` : `5;${16 + 36 * cube[0]! + 6 * cube[1]! + cube[2]!}`;
}

function nearestCubeLevel(value: number): number {
  const distances = CUBE_LEVELS.map((level) => Math.abs(level - value));
  return distances.indexOf(Math.min(...distances));
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, channel) => sum + (value - b[channel]!) ** 2, 0);
}
