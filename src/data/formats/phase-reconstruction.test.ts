import { expect, it } from "vitest";
import { LogMel } from "./log-mel.ts";
import { SoundOfLogMel } from "./phase-reconstruction.ts";

const RATE = 16_000;

/** Energy at a frequency, by its definition: |Σ x e^(−iωt)|². */
function energyAt(sound: Float32Array, hertz: number): number {
  let [re, im] = [0, 0];
  for (const [t, value] of sound.entries()) {
    re += value * Math.cos((2 * Math.PI * hertz * t) / RATE);
    im += value * Math.sin((2 * Math.PI * hertz * t) / RATE);
  }
  return (re * re + im * im) / sound.length ** 2;
}

it("gives back a sound of the same pitches and loudness as its log-mel spectrogram", () => {
  const sound = Float32Array.from(
    { length: 4096 },
    (_, t) =>
      0.4 * Math.sin((2 * Math.PI * 440 * t) / RATE) + 0.2 * Math.sin((2 * Math.PI * 1760 * t) / RATE),
  );
  const bands = new LogMel(RATE).of(sound);
  const made = new SoundOfLogMel(RATE).of(bands);
  expect(made).toHaveLength(4096);
  const power = (values: Float32Array) =>
    values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(power(made) / power(sound)).toBeGreaterThan(0.6);
  expect(power(made) / power(sound)).toBeLessThan(1.6);
  // Bands around 440 Hz are some 60 Hz wide, around 1,760 Hz 150.
  const near = (hertz: number, width: number) =>
    Math.max(...Array.from({ length: 11 }, (_, i) => energyAt(made, hertz - width + (i * width) / 5)));
  expect(near(440, 60)).toBeGreaterThan(20 * near(1000, 60));
  expect(near(1760, 150)).toBeGreaterThan(5 * near(1000, 60));
  const again = new LogMel(RATE).of(made);
  const error = Array.from(bands, (band, i) => (band > -4 ? Math.abs(again[i]! - band) : 0));
  const loud = bands.filter((band) => band > -4).length;
  expect(error.reduce((sum, each) => sum + each, 0) / loud).toBeLessThan(0.5);
});
