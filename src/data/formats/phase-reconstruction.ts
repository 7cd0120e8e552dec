import FFT from "fft.js";
import { FRAME, HOP, MEL_BANDS, melFilters } from "./log-mel.ts";

const BINS = FRAME / 2 + 1;
const ITERATIONS = 32;
/** Weight of the step before, as recommended by Perraudin, Balazs & Søndergaard 2013. */
const MOMENTUM = 0.99;
/** Rounds of multiplicative updates that find a power spectrum for mel bands. */
const UPDATES = 40;
const TINY = 1e-12;

/**
 * Sounds of log-mel spectrograms. The power of each frequency is the non-negative spectrum whose bands are nearest to the
 * given ones (multiplicative updates of Lee & Seung 2001); phases are those of the fast Griffin-Lim algorithm (Perraudin,
 * Balazs & Søndergaard 2013), begun with phase 0. What 64 bands do not tell, pitch above all, is lost.
 */
export class SoundOfLogMel {
  private readonly fft = new FFT(FRAME);
  private readonly filters: readonly {
    readonly filter: Float64Array;
    readonly from: number;
    readonly to: number;
  }[];
  private readonly window = Float64Array.from(
    { length: FRAME },
    (_, i) => Math.sin((Math.PI * i) / FRAME) ** 2,
  );

  /** @param sampleRate hertz */
  constructor(sampleRate: number) {
    this.filters = melFilters(sampleRate).map((filter) => {
      const from = filter.findIndex((height) => height > 0);
      return {
        filter,
        from: Math.max(0, from),
        to: from < 0 ? 0 : filter.findLastIndex((height) => height > 0) + 1,
      };
    });
  }

  /** @param bands frames × 64, row-major @returns (frames + 1) × 256 samples, at most 1 in size */
  of(bands: Float32Array): Float32Array {
    const frames = bands.length / MEL_BANDS;
    const magnitude = Array.from({ length: frames }, (_, frame) =>
      this.magnitudeOf(bands.subarray(frame * MEL_BANDS, (frame + 1) * MEL_BANDS)),
    );
    let spectra = magnitude.map((row) => {
      const spectrum = new Float64Array(2 * FRAME);
      for (let k = 0; k < BINS; k++) spectrum[2 * k] = row[k]!;
      return spectrum;
    });
    let before: Float64Array[] | undefined;
    for (let i = 0; i < ITERATIONS; i++) {
      const projected = this.spectraOf(this.soundOf(spectra), frames);
      spectra = projected.map((now, frame) => {
        const last = before?.[frame];
        const next = new Float64Array(2 * FRAME);
        for (let k = 0; k < BINS; k++) {
          const [re, im] = [2 * k, 2 * k + 1].map(
            (at) => now[at]! + (last ? MOMENTUM * (now[at]! - last[at]!) : 0),
          );
          const size = Math.hypot(re!, im!);
          const factor = size > 0 ? magnitude[frame]![k]! / size : 0;
          next[2 * k] = size > 0 ? re! * factor : magnitude[frame]![k]!;
          next[2 * k + 1] = im! * factor;
        }
        return next;
      });
      before = projected;
    }
    return Float32Array.from(this.soundOf(spectra), (value) => Math.max(-1, Math.min(1, value)));
  }

  private magnitudeOf(bands: Float32Array): Float64Array {
    const wanted = Float64Array.from(bands, (band) => Math.exp(Math.min(band, 80)));
    const power = new Float64Array(BINS);
    const weight = new Float64Array(BINS);
    for (const [band, { filter, from, to }] of this.filters.entries())
      for (let k = from; k < to; k++) {
        const height = filter[k]!;
        power[k]! += height * wanted[band]!;
        weight[k]! += height;
      }
    for (let k = 0; k < BINS; k++) power[k]! /= weight[k]! + TINY;
    for (let round = 0; round < UPDATES; round++) {
      const [above, below] = [new Float64Array(BINS), new Float64Array(BINS)];
      for (const [band, { filter, from, to }] of this.filters.entries()) {
        let sum = 0;
        for (let k = from; k < to; k++) sum += filter[k]! * power[k]!;
        for (let k = from; k < to; k++) {
          above[k]! += filter[k]! * wanted[band]!;
          below[k]! += filter[k]! * sum;
        }
      }
      for (let k = 0; k < BINS; k++) power[k]! *= above[k]! / (below[k]! + TINY);
    }
    return power.map((value) => Math.sqrt(value * FRAME));
  }

  private spectraOf(sound: Float64Array, frames: number): Float64Array[] {
    const frame = new Array<number>(FRAME);
    return Array.from({ length: frames }, (_, at) => {
      for (let i = 0; i < FRAME; i++) frame[i] = sound[at * HOP + i]! * this.window[i]!;
      const spectrum = this.fft.createComplexArray();
      this.fft.realTransform(spectrum, frame);
      return Float64Array.from(spectrum);
    });
  }

  /** The sound whose spectra are nearest to the given ones, by least squares (Griffin & Lim 1984, equation 6). */
  private soundOf(spectra: readonly Float64Array[]): Float64Array {
    const sound = new Float64Array((spectra.length + 1) * HOP);
    const weight = new Float64Array(sound.length);
    const out = this.fft.createComplexArray();
    for (const [at, spectrum] of spectra.entries()) {
      const whole = Array.from(spectrum);
      this.fft.completeSpectrum(whole);
      this.fft.inverseTransform(out, whole);
      for (let i = 0; i < FRAME; i++) {
        sound[at * HOP + i]! += out[2 * i]! * this.window[i]!;
        weight[at * HOP + i]! += this.window[i]! ** 2;
      }
    }
    // Few windows reach the very ends.
    return sound.map((value, i) => value / Math.max(weight[i]!, 0.01));
  }
}
