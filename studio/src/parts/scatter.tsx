import { classColour, css, word } from "../explore/colours.ts";
import type { Explorable } from "../explore/explorable.ts";
import type { ExploreState } from "../explore/state.ts";
import { toSquare, type View } from "../explore/view.ts";
import { Canvas, isDark, pixelRatio } from "./canvas.tsx";
import { attachPlane, planeKeys } from "./plane-pointer.ts";

/** How far from a point, in CSS pixels, the pointer still means it. */
const REACH = 14;

/** The plane of the encodings: points are pixels written into an ImageData, which takes 60,000 within a frame. */
export function Scatter({ state, id }: { state: ExploreState; id?: string }) {
  const surface: Surface = {};
  return (
    <Canvas
      {...(id && { id })}
      class="square plane"
      label="Latent plane: each point is an example where the encoder puts it. Arrows move, plus and minus zoom."
      draw={(canvas) => drawPlane(canvas, state, surface)}
      attach={(canvas) =>
        attachPlane(canvas, state, {
          onHover: (sx, sy) => {
            state.hover.value = pointAt(state, sx, sy, REACH / canvas.clientWidth);
          },
          onLeave: () => {
            state.hover.value = undefined;
          },
          onClick: (sx, sy) => {
            state.chosen.value = pointAt(state, sx, sy, REACH / canvas.clientWidth);
          },
        })
      }
      onKeyDown={planeKeys(state)}
    />
  );
}

export interface Surface {
  image?: ImageData;
  pixels?: Uint32Array;
}

/** Also off the page, as for films. */
export function drawPlane(canvas: HTMLCanvasElement, state: ExploreState, surface: Surface): void {
  const context = canvas.getContext("2d")!;
  const { width, height } = canvas;
  if (surface.image?.width !== width || surface.image.height !== height) {
    surface.image = context.createImageData(width, height);
    surface.pixels = new Uint32Array(surface.image.data.buffer);
  }
  const dark = isDark();
  writePoints(surface.pixels!, width, height, state, dark);
  context.putImageData(surface.image, 0, 0);
  drawOverlay(context, width, state, dark);
}

function writePoints(
  pixels: Uint32Array,
  width: number,
  height: number,
  state: ExploreState,
  dark: boolean,
): void {
  const { points, info } = state.model.value;
  const [first, second] = state.axes.value;
  const { x, y, half } = state.view.value;
  const hidden = state.hidden.value;
  const [kx, ky] = [width / (2 * half), -height / (2 * half)];
  const [ox, oy] = [width / 2 - x * kx, height / 2 - y * ky];
  const classes = points.labels ? Math.max(1, ...new Set(points.labels)) + 1 : 1;
  const words = Uint32Array.from({ length: classes + 1 }, (_, at) => word(classColour(at - 1, dark)));
  const { mean, labels, count } = points;
  const large = count < 3000 && pixelRatio() * width > 300;
  pixels.fill(0);
  for (let index = 0; index < count; index++) {
    const label = labels ? labels[index]! : -1;
    if (hidden.size > 0 && hidden.has(label)) continue;
    const px = (mean[index * info.latent + first]! * kx + ox) | 0;
    const py = (mean[index * info.latent + second]! * ky + oy) | 0;
    if (px < 2 || py < 2 || px >= width - 2 || py >= height - 2) continue;
    const at = py * width + px;
    const colour = words[label + 1]!;
    pixels[at] = colour;
    pixels[at + 1] = colour;
    pixels[at - 1] = colour;
    pixels[at + width] = colour;
    pixels[at - width] = colour;
    if (!large) continue;
    pixels[at + width + 1] = colour;
    pixels[at + width - 1] = colour;
    pixels[at - width + 1] = colour;
    pixels[at - width - 1] = colour;
  }
}

function drawOverlay(
  context: CanvasRenderingContext2D,
  width: number,
  state: ExploreState,
  dark: boolean,
): void {
  const ratio = pixelRatio();
  const ink = dark ? "#f3f5f7" : "#14181d";
  const view = state.view.value;
  const [first, second] = state.axes.value;
  const at = (z: ArrayLike<number>) => {
    const [sx, sy] = toSquare(view, z[first]!, z[second]!);
    return [sx * width, sy * width] as const;
  };
  drawUnits(context, width, view, dark ? "#ffffff" : "#000000");

  const [from, to] = [state.from.value, state.to.value];
  context.lineWidth = 1.5 * ratio;
  context.strokeStyle = ink;
  if (from && to) {
    context.setLineDash([5 * ratio, 4 * ratio]);
    context.beginPath();
    context.moveTo(...at(from));
    context.lineTo(...at(to));
    context.stroke();
    context.setLineDash([]);
  }
  context.font = `600 ${12 * ratio}px Inter, system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [name, end] of [
    ["A", from],
    ["B", to],
  ] as const) {
    if (!end) continue;
    const [x, y] = at(end);
    disc(context, x, y, 9 * ratio, ink);
    context.fillStyle = dark ? "#14181d" : "#ffffff";
    context.fillText(name, x, y + 0.5 * ratio);
  }

  for (const index of [state.chosen.value, state.hover.value]) {
    if (index === undefined || index >= state.model.value.points.count) continue;
    drawPosterior(context, width, state, index, dark);
  }

  const [zx, zy] = at(state.z.value);
  context.strokeStyle = dark ? "#14181d" : "#ffffff";
  context.lineWidth = 5 * ratio;
  ring(context, zx, zy, 8 * ratio);
  context.strokeStyle = ink;
  context.lineWidth = 2 * ratio;
  ring(context, zx, zy, 8 * ratio);
  context.beginPath();
  context.moveTo(zx - 3 * ratio, zy);
  context.lineTo(zx + 3 * ratio, zy);
  context.moveTo(zx, zy - 3 * ratio);
  context.lineTo(zx, zy + 3 * ratio);
  context.stroke();
}

/** Faint lines through 0, and circles of one and two standard deviations of the prior. */
function drawUnits(context: CanvasRenderingContext2D, width: number, view: View, colour: string): void {
  const [sx, sy] = toSquare(view, 0, 0);
  const [x, y] = [sx * width, sy * width];
  context.save();
  context.globalAlpha = 0.16;
  context.strokeStyle = colour;
  context.lineWidth = pixelRatio();
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, width);
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
  for (const deviations of [1, 2, 3]) ring(context, x, y, (deviations * width) / (2 * view.half));
  context.restore();
}

/** The ellipse of one standard deviation of q(z|x), and the mean. */
function drawPosterior(
  context: CanvasRenderingContext2D,
  width: number,
  state: ExploreState,
  index: number,
  dark: boolean,
): void {
  const { points, info } = state.model.value;
  const [first, second] = state.axes.value;
  const view = state.view.value;
  const row = index * info.latent;
  const [sx, sy] = toSquare(view, points.mean[row + first]!, points.mean[row + second]!);
  const colour = classColour(points.labels?.[index], dark);
  const ratio = pixelRatio();
  disc(context, sx * width, sy * width, 5 * ratio, css(colour));
  context.strokeStyle = dark ? "#ffffff" : "#000000";
  context.lineWidth = 1.5 * ratio;
  ring(context, sx * width, sy * width, 5 * ratio);
  if (!points.logVariance) return;
  const radius = (dimension: number) =>
    (Math.exp(0.5 * points.logVariance![row + dimension]!) * width) / (2 * view.half);
  context.beginPath();
  context.ellipse(sx * width, sy * width, radius(first), radius(second), 0, 0, 2 * Math.PI);
  context.fillStyle = css(colour, 0.25);
  context.fill();
  context.stroke();
}

function ring(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.stroke();
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** The nearest point that is shown, if it lies within reach; all in widths of the panel. */
function pointAt(state: ExploreState, sx: number, sy: number, reach: number): number | undefined {
  const { points, info }: Explorable = state.model.peek();
  const [first, second] = state.axes.peek();
  const hidden = state.hidden.peek();
  const view = state.view.peek();
  const x = view.x + (sx - 0.5) * 2 * view.half;
  const y = view.y + (0.5 - sy) * 2 * view.half;
  let best: number | undefined;
  let least = (reach * 2 * view.half) ** 2;
  for (let index = 0; index < points.count; index++) {
    const dx = points.mean[index * info.latent + first]! - x;
    const dy = points.mean[index * info.latent + second]! - y;
    const distance = dx * dx + dy * dy;
    if (distance >= least || (hidden.size > 0 && hidden.has(points.labels?.[index] ?? -1))) continue;
    least = distance;
    best = index;
  }
  return best;
}
