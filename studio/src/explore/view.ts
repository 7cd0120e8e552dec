/** The part of the plane that a square panel shows. */
export interface View {
  readonly x: number;
  readonly y: number;
  /** From the centre to the border, in latent units. */
  readonly half: number;
}

/** From the plane to the unit square, whose origin is the upper left corner. */
export function toSquare({ x, y, half }: View, px: number, py: number): readonly [number, number] {
  return [(px - x) / (2 * half) + 0.5, 0.5 - (py - y) / (2 * half)];
}

export function toPlane({ x, y, half }: View, sx: number, sy: number): readonly [number, number] {
  return [x + (sx - 0.5) * 2 * half, y + (0.5 - sy) * 2 * half];
}

const [LEAST_HALF, GREATEST_HALF] = [1e-3, 1e4];

/** Magnifies so that the point under the pointer stays there. */
export function zoomed(view: View, factor: number, sx: number, sy: number): View {
  const half = Math.min(GREATEST_HALF, Math.max(LEAST_HALF, view.half / factor));
  const [px, py] = toPlane(view, sx, sy);
  const ratio = half / view.half;
  return { x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio, half };
}

/** @param dx in widths of the panel, to the right; dy down */
export function panned(view: View, dx: number, dy: number): View {
  return { ...view, x: view.x - dx * 2 * view.half, y: view.y + dy * 2 * view.half };
}

/** Holds nearly all of the points: up to the given share beyond is cut off on each side. */
export function fitted(mean: Float32Array, latent: number, axes: readonly [number, number]): View {
  const [left, right] = bounds(mean, latent, axes[0]);
  const [bottom, top] = bounds(mean, latent, axes[1]);
  const half = Math.max(right - left, top - bottom, 1e-3) / 2;
  return { x: (left + right) / 2, y: (bottom + top) / 2, half: half * 1.12 };
}

const CUT = 0.002;

function bounds(mean: Float32Array, latent: number, axis: number): readonly [number, number] {
  const values = Float32Array.from(
    { length: mean.length / latent },
    (_, index) => mean[index * latent + axis]!,
  ).sort();
  if (values.length === 0) return [-3, 3];
  const at = (share: number) => values[Math.round(share * (values.length - 1))]!;
  return [at(CUT), at(1 - CUT)];
}
