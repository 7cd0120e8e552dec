/** Latent points to decode as a row or as the frames of a film: from one to another, round trips, walks. */
import { ConfigError, DataError } from "../common/errors.ts";
import { pointsOf, rowsOf } from "./latent-points.ts";
import { requireInteger } from "./pixels.ts";

/** How points between two latent points are found. */
export type Interpolation = "straight" | "spherical";

/**
 * Points from one to another, both included.
 * @param from, to latent points of the same length
 * @param steps points in all, at least 2
 * @returns [steps, latent], row-major
 * @throws {DataError} for points of unequal length
 */
export function interpolate(
  from: Float32Array,
  to: Float32Array,
  steps: number,
  interpolation: Interpolation = "straight",
): Float32Array {
  requireInteger("steps", steps, 2);
  if (from.length !== to.length)
    throw new DataError(
      `one point has ${from.length} dimensions, the other ${to.length}; they must have as many`,
    );
  const between = interpolation === "straight" ? straight : spherical;
  return rowsOf(steps, from.length, (step) => between(from, to, step / (steps - 1)));
}

/**
 * A tour through points that ends just before its beginning, so that as a film it repeats without a break.
 * @param stops stops × latent
 * @param steps frames from one stop to the next
 * @returns [stops × steps, latent], row-major; every steps-th is a stop
 * @throws {DataError} unless the stops are whole points
 */
export function closedTour(
  stops: Float32Array,
  latent: number,
  steps: number,
  interpolation: Interpolation = "straight",
): Float32Array {
  requireInteger("steps", steps, 1);
  const count = pointsOf(stops, latent);
  const stop = (index: number) => stops.subarray((index % count) * latent, ((index % count) + 1) * latent);
  const between = interpolation === "straight" ? straight : spherical;
  return rowsOf(count * steps, latent, (frame) => {
    const index = Math.floor(frame / steps);
    return between(stop(index), stop(index + 1), (frame % steps) / steps);
  });
}

/**
 * A random walk that stays where the prior is: z′ = ρ z + √(1 − ρ²) ε keeps the standard normal distribution.
 * @param noise steps × latent standard normal draws; the first is where the walk begins
 * @param correlation ρ of one step with the next, 0 to 1; the nearer to 1, the slower the walk
 * @returns [steps, latent], row-major
 * @throws {ConfigError} for a correlation outside 0 to 1
 * @throws {DataError} unless the noise is whole points
 */
export function priorWalk(noise: Float32Array, latent: number, correlation: number): Float32Array {
  if (!(correlation >= 0 && correlation <= 1))
    throw new ConfigError(`the correlation is ${correlation}; it must lie between 0 and 1`);
  pointsOf(noise, latent);
  const walk = noise.slice();
  const fresh = Math.sqrt(1 - correlation ** 2);
  for (let at = latent; at < walk.length; at++)
    walk[at] = correlation * walk[at - latent]! + fresh * noise[at]!;
  return walk;
}

function straight(from: Float32Array, to: Float32Array, t: number): Float32Array {
  return from.map((value, at) => value + t * (to[at]! - value));
}

/**
 * Shoemake's slerp as White, "Sampling generative networks" (2016), uses it: the angle and the length both go evenly.
 * Where no angle is defined, because the points are parallel or one is the origin, straight.
 */
function spherical(from: Float32Array, to: Float32Array, t: number): Float32Array {
  const [lengthFrom, lengthTo] = [Math.hypot(...from), Math.hypot(...to)];
  const dot = from.reduce((sum, value, at) => sum + value * to[at]!, 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / (lengthFrom * lengthTo))));
  const sine = Math.sin(angle);
  if (!(sine > 1e-6)) return straight(from, to, t);
  const length = lengthFrom + t * (lengthTo - lengthFrom);
  const [shareFrom, shareTo] = [Math.sin((1 - t) * angle), Math.sin(t * angle)].map(
    (each) => (each / sine) * length,
  );
  return from.map((value, at) => (shareFrom! * value) / lengthFrom + (shareTo! * to[at]!) / lengthTo);
}
