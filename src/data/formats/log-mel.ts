import FFT from "fft.js";

/** Samples of a frame, and from one frame to the next. */
export const FRAME = 512;
export const HOP = 256;
export const MEL_BANDS = 64;

/** Added to power before the logarithm, so that silence is finite: −100 dB of a full-scale sine's. */
const FLOOR = 1e-10;

/** O'Shaughnessy 1987, as HTK has it. */
const melOf = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
const hertzOf = (mel: number) => 700 * (10 ** (mel / 2595) - 1);

/** Frames of a window of so many samples. */
export function framesOf(samples: number): number {
  return Math.floor((samples - FRAME) / HOP) + 1;
}

/**
 * Log-mel spectrograms: ln of the power in 64 triangular bands, equally wide in mel from 0 Hz to half the sample rate, of
 * frames of 512 samples under a Hann window, 256 apart.
 */
export class LogMel {
  private readonly fft = new FFT(FRAME);
  private readonly spectrum: number[];
  private readonly window = Float64Array.from(
    { length: FRAME },
    (_, i) => Math.sin((Math.PI * i) / FRAME) ** 2,
  );
  private readonly frame: number[] = new Array(FRAME).fill(0);
  private readonly power = new Float64Array(FRAME / 2 + 1);
  private readonly filters: readonly Float64Array[];

  /** @param sampleRate hertz */
  constructor(sampleRate: number) {
    this.spectrum = this.fft.createComplexArray();
    this.filters = melFilters(sampleRate);
  }

  /** @returns frames × 64, row-major */
  of(samples: Float32Array): Float32Array {
    const frames = framesOf(samples.length);
    const bands = new Float32Array(frames * MEL_BANDS);
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < FRAME; i++) this.frame[i] = samples[frame * HOP + i]! * this.window[i]!;
      this.fft.realTransform(this.spectrum, this.frame);
      for (let k = 0; k < this.power.length; k++)
        this.power[k] = (this.spectrum[2 * k]! ** 2 + this.spectrum[2 * k + 1]! ** 2) / FRAME;
      for (const [band, filter] of this.filters.entries()) {
        let sum = 0;
        for (let k = 0; k < filter.length; k++) sum += filter[k]! * this.power[k]!;
        bands[frame * MEL_BANDS + band] = Math.log(sum + FLOOR);
      }
    }
    return bands;
  }
}

/** Triangles with corners at neighbouring centres, height 1. */
export function melFilters(sampleRate: number): Float64Array[] {
  const top = melOf(sampleRate / 2);
  const corner = (i: number) => hertzOf((top * i) / (MEL_BANDS + 1));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const [low, middle, high] = [corner(band), corner(band + 1), corner(band + 2)];
    return Float64Array.from({ length: FRAME / 2 + 1 }, (_, k) => {
      const hertz = (k * sampleRate) / FRAME;
      return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
    });
  });
}
