import { uniform } from "./random.ts";

/** Standard normal numbers by Box and Muller (1958), the same for the same seed on every machine. */
export function normals(seed: number): () => number {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

export function draws(count: number, next: () => number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, next);
}
