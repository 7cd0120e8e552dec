import { describe, expect, test } from "vitest";
import type { Pixels } from "./pixels.ts";
import { halfBlocks } from "./terminal.ts";

function pixels(channels: 1 | 3 | 4, width: number, ...data: number[]): Pixels {
  return { width, height: data.length / width / channels, channels, data: Uint8Array.from(data) };
}

/** The colour codes of a text, without the escape sequence around them. */
const codes = (text: string) =>
  text
    .split("\x1b[")
    .slice(1)
    .map((part) => part.slice(0, part.indexOf("m")));

describe("halfBlocks", () => {
  test("shows two rows of pixels in a line: the upper as foreground, the lower as background", () => {
    const picture = pixels(3, 1, 1, 2, 3, 4, 5, 6);
    expect(halfBlocks(picture)).toBe("\x1b[38;2;1;2;3m\x1b[48;2;4;5;6m▀\x1b[0m\n");
  });

  test("names a colour only where it changes", () => {
    const picture = pixels(1, 3, 7, 7, 8, 0, 0, 0);
    expect(halfBlocks(picture)).toBe("\x1b[38;2;7;7;7m\x1b[48;2;0;0;0m▀▀\x1b[38;2;8;8;8m▀\x1b[0m\n");
  });

  test("leaves the background of an odd last row alone", () => {
    const lines = halfBlocks(pixels(1, 1, 1, 2, 3)).split("\n");
    expect(lines).toEqual(["\x1b[38;2;1;1;1m\x1b[48;2;2;2;2m▀\x1b[0m", "\x1b[38;2;3;3;3m▀\x1b[0m", ""]);
  });

  test("lays opacity on black", () => {
    const picture = pixels(4, 1, 200, 100, 50, 51, 200, 100, 50, 0);
    expect(codes(halfBlocks(picture)).slice(0, 2)).toEqual(["38;2;40;20;10", "48;2;0;0;0"]);
  });

  // xterm's palette: index 16 + 36r + 6g + b with levels 0, 95, 135, 175, 215, 255; index 232 + i is grey 8 + 10i.
  test.each([
    ["black", [0, 0, 0], 16],
    ["white", [255, 255, 255], 231],
    ["red", [255, 0, 0], 196],
    ["a colour of the cube", [95, 135, 175], 67],
    ["a colour near one of the cube", [100, 130, 180], 67],
    ["the darkest grey", [8, 8, 8], 232],
    ["a grey near the middle", [127, 129, 128], 244],
    ["the lightest grey", [238, 238, 238], 255],
    ["a grey that the cube has", [95, 95, 95], 59],
  ])("finds %s among 256 colours", (_, colour, index) => {
    const text = halfBlocks(pixels(3, 1, ...colour, ...colour), { colours: "256" });
    expect(codes(text)).toEqual([`38;5;${index}`, `48;5;${index}`, "0"]);
  });

  test("without colours, draws brighter pixels with denser characters and no escape sequence", () => {
    const picture = pixels(1, 4, 0, 64, 128, 255, 0, 64, 128, 255);
    expect(halfBlocks(picture, { colours: "none" })).toBe(" :+@\n");
  });

  test("without colours, a character is the mean of its two pixels", () => {
    const both = halfBlocks(pixels(1, 2, 220, 255, 20, 255), { colours: "none" });
    const half = halfBlocks(pixels(1, 2, 120, 255, 120, 255), { colours: "none" });
    expect(both).toBe(half);
  });
});
