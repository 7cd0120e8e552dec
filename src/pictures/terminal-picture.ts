import { type Dataset, exampleValues, subset } from "../data/dataset.ts";
import { reconstructionsPicture } from "../plot/reconstructions.ts";
import { halfBlocks, type TerminalColours } from "../plot/terminal.ts";
import type { VAE } from "../vae/vae.ts";
import { areImages, toUnitInterval } from "./images.ts";

/** Images are shrunk until this many fit side by side. */
const ENOUGH_IMAGES = 5;
const MOST_IMAGES = 14;

export interface TerminalStyle {
  /** Width in characters, each as wide as one pixel. */
  readonly columns: number;
  readonly colours: TerminalColours;
}

/** Examples over their reconstructions as text, as many as fit; undefined where they are no images. */
export async function reconstructionsText(
  vae: Pick<VAE, "reconstruct">,
  data: Dataset,
  { columns, colours }: TerminalStyle,
): Promise<string | undefined> {
  if (!areImages(data.shape)) return undefined;
  const [height, width, channels] = data.shape as readonly [number, number, number];
  const fitting = (factor: number) => Math.floor((columns - 1) / (Math.ceil(width / factor) + 1));
  let factor = 1;
  while (fitting(factor) < ENOUGH_IMAGES && factor < width) factor++;
  const count = Math.min(fitting(factor), MOST_IMAGES, data.examples);
  if (count < 1) return undefined;

  const shown = subset(data, 0, count);
  const inputs = exampleValues(shown, { start: 0, end: count });
  const outputs = await vae.reconstruct(shown, { units: "model" });
  const shape = [Math.ceil(height / factor), Math.ceil(width / factor), channels];
  const [upper, lower] = [inputs, outputs].map((values) =>
    shrink(toUnitInterval(values, data.schema.range), [height, width, channels], factor),
  );
  const pixels = reconstructionsPicture(upper!, lower!, { shape, columns: count, scale: 1 });
  return halfBlocks(pixels, { colours }).trimEnd();
}

/** Images in which each value is the mean of factor × factor. @param values n × height × width × channels */
function shrink(
  values: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  factor: number,
): Float32Array {
  if (factor === 1) return values;
  const images = values.length / (height * width * channels);
  const [rows, columns] = [Math.ceil(height / factor), Math.ceil(width / factor)];
  const small = new Float32Array(images * rows * columns * channels);
  const counts = new Float32Array(small.length);
  for (let at = 0; at < values.length; at++) {
    const channel = at % channels;
    const x = Math.floor(at / channels) % width;
    const y = Math.floor(at / channels / width) % height;
    const image = Math.floor(at / channels / width / height);
    const row = image * rows + Math.floor(y / factor);
    const to = (row * columns + Math.floor(x / factor)) * channels + channel;
    small[to]! += values[at]!;
    counts[to]! += 1;
  }
  return small.map((sum, at) => sum / counts[at]!);
}
