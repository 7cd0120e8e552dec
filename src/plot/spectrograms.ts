/** Spectrograms of sounds as coloured pictures. */
import type { Range } from "./latent-axes.ts";

/** Of matplotlib's magma (public domain), at even steps from silent to loud; between them, straight. */
const COLOURS = [
  [0, 0, 4],
  [40, 17, 89],
  [114, 31, 129],
  [182, 54, 121],
  [241, 96, 93],
  [254, 159, 109],
  [252, 253, 191],
] as const;

/** ln of power: 80 dB below the loudest is black. */
const DEPTH = 8 * Math.LN10;

/**
 * Time runs to the right and pitch upwards.
 * @param rows n × frames × bands, ln of power
 * @param range least and greatest value in the data
 * @returns n × bands × frames × 3, in [0, 1]
 */
export function rowsAsSpectrograms(
  rows: Float32Array,
  [frames, bands]: readonly [number, number],
  [least, greatest]: Range,
): { readonly values: Float32Array; readonly shape: readonly [height: number, width: number, channels: 3] } {
  const low = Math.max(least, greatest - DEPTH);
  const values = new Float32Array(3 * rows.length);
  rows.forEach((value, at) => {
    const [example, rest] = [Math.floor(at / (frames * bands)), at % (frames * bands)];
    const [frame, band] = [Math.floor(rest / bands), rest % bands];
    const to = 3 * (example * frames * bands + (bands - 1 - band) * frames + frame);
    values.set(colourOf((value - low) / (greatest - low || 1)), to);
  });
  return { values, shape: [bands, frames, 3] };
}

/** @returns red, green and blue in [0, 1], of a loudness in [0, 1] */
function colourOf(loudness: number): readonly number[] {
  if (Number.isNaN(loudness)) return [Number.NaN, Number.NaN, Number.NaN];
  const place = Math.min(1, Math.max(0, loudness)) * (COLOURS.length - 1);
  const at = Math.min(COLOURS.length - 2, Math.floor(place));
  const [from, to] = [COLOURS[at]!, COLOURS[at + 1]!];
  return from.map((channel, index) => (channel + (place - at) * (to[index]! - channel)) / 255);
}
