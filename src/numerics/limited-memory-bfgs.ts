/** A smooth function at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

interface Correction {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly curvature: number;
}

const MEMORY = 10;
/** Part of the decrease that the slope promises, of which a step must bring at least as much (Armijo). */
const SUFFICIENT = 1e-4;
/** A step this short changes nothing. */
const SHORTEST_STEP = 1e-12;

/**
 * The minimum of a convex function, by limited-memory BFGS (Nocedal & Wright 2006, algorithm 7.5) with backtracking:
 * where a function is convex, every step that it takes has the curvature the method needs.
 * @param tolerance largest magnitude of a slope at which to stop
 * @returns the point reached; after `mostSteps` steps, the current one
 */
export function minimize(
  slopeAt: (point: Float64Array) => Slope,
  start: Float64Array,
  { tolerance, mostSteps }: { tolerance: number; mostSteps: number },
): Float64Array {
  let point = start;
  let here = slopeAt(point);
  const corrections: Correction[] = [];
  for (let iteration = 0; iteration < mostSteps; iteration++) {
    if (here.gradient.every((slope) => Math.abs(slope) <= tolerance)) break;
    const direction = descent(here.gradient, corrections);
    const promise = dot(here.gradient, direction);
    let length = 1;
    let next = moved(point, direction, length);
    let there = slopeAt(next);
    while (!(there.value <= here.value + SUFFICIENT * length * promise)) {
      length /= 2;
      if (length < SHORTEST_STEP) return point;
      next = moved(point, direction, length);
      there = slopeAt(next);
    }
    const step = next.map((value, at) => value - point[at]!);
    const change = there.gradient.map((slope, at) => slope - here.gradient[at]!);
    const curvature = dot(step, change);
    if (curvature > 0) corrections.push({ step, change, curvature });
    if (corrections.length > MEMORY) corrections.shift();
    [point, here] = [next, there];
  }
  return point;
}

/** −H·gradient by the two-loop recursion, algorithm 7.4. */
function descent(gradient: Float64Array, corrections: readonly Correction[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const weights = new Float64Array(corrections.length);
  for (const [i, { step, change, curvature }] of [...corrections.entries()].reverse()) {
    weights[i] = dot(step, direction) / curvature;
    for (let at = 0; at < direction.length; at++) direction[at]! -= weights[i]! * change[at]!;
  }
  const newest = corrections.at(-1);
  const scale = newest ? newest.curvature / dot(newest.change, newest.change) : 1;
  for (let at = 0; at < direction.length; at++) direction[at]! *= scale;
  for (const [i, { step, change, curvature }] of corrections.entries()) {
    const weight = weights[i]! - dot(change, direction) / curvature;
    for (let at = 0; at < direction.length; at++) direction[at]! += weight * step[at]!;
  }
  return direction;
}

function moved(point: Float64Array, direction: Float64Array, length: number): Float64Array {
  return point.map((value, at) => value + length * direction[at]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
