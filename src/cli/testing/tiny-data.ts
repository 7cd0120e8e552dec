import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { idxFile } from "../../data/testing/idx-file.ts";

export const TINY_SIDE = 8;
const CLASSES = 4;

/** A folder like MNIST's, of 8 × 8 pixels: each class is a bright square in its own corner, of varying size. */
export function writeTinyData(folder: string, { train = 300, test = 60 } = {}): void {
  mkdirSync(folder, { recursive: true });
  for (const [part, examples] of [
    ["train", train],
    ["t10k", test],
  ] as const) {
    const shape = [examples, TINY_SIDE, TINY_SIDE];
    const labels = Array.from({ length: examples }, (_, index) => index % CLASSES);
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), idxFile("uint8", shape, tinyPixels(examples)));
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), idxFile("uint8", [examples], labels));
  }
}

/** examples × 8 × 8 bytes. */
export function tinyPixels(examples: number): number[] {
  const pixels: number[] = [];
  for (let index = 0; index < examples; index++) {
    const label = index % CLASSES;
    const size = 2 + (Math.floor(index / CLASSES) % 3);
    const [left, top] = [label % 2 ? TINY_SIDE - size : 0, label < 2 ? 0 : TINY_SIDE - size];
    for (let y = 0; y < TINY_SIDE; y++)
      for (let x = 0; x < TINY_SIDE; x++) {
        const inside = x >= left && x < left + size && y >= top && y < top + size;
        pixels.push(inside ? 255 - ((index * 7) % 60) : (index * 3 + x * y) % 20);
      }
  }
  return pixels;
}
