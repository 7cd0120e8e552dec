import { useRef } from "preact/hooks";
import type { Explorable } from "../explore/explorable.ts";
import type { Axes, ExploreState } from "../explore/state.ts";
import { toPlane, toSquare, type View } from "../explore/view.ts";
import { Canvas, isDark, pixelRatio } from "./canvas.tsx";
import { drawRow, imageSize, writeImage } from "./picture.tsx";
import { attachPlane, planeKeys } from "./plane-pointer.ts";

/** Milliseconds of a frame that decoding may take. */
const BUDGET = 7;
/** Pixels of a tile that shows a row or a signal. */
const ROW_TILE = 96;

/** Decodings of a grid over the same part of the plane that the scatter shows, finer and finer within spare time. */
export function Manifold({
  state,
  side: most = 18,
  id,
}: {
  state: ExploreState;
  side?: number;
  id?: string;
}) {
  const painter = useRef<Painter>(undefined);
  const isImage = imageSize(state.model.peek().info.inputShape) !== undefined;
  // Rows and signals need more room than images.
  const side = isImage ? most : Math.min(most, 10);
  painter.current ??= new Painter(side);
  return (
    <Canvas
      {...(id && { id })}
      class={isImage ? "square manifold" : "square plane"}
      label="Manifold: what the decoder makes of each place of the plane. Arrows move, plus and minus zoom."
      draw={(canvas) => {
        const model = state.model.value;
        const [axes, view, z] = [state.axes.value, state.view.value, state.z.value];
        painter.current!.show(canvas, { model, axes, view, z });
      }}
      attach={(canvas) => {
        const detach = attachPlane(canvas, state, {});
        return () => {
          detach();
          painter.current!.stop();
        };
      }}
      onKeyDown={planeKeys(state)}
    />
  );
}

interface Wanted {
  readonly model: Explorable;
  readonly axes: Axes;
  readonly view: View;
  readonly z: Float32Array;
}

export class Painter {
  private readonly side: number;
  private readonly tiles = document.createElement("canvas");
  private wanted: Wanted | undefined;
  /** What the tiles were made of. */
  private key = "";
  private model: Explorable | undefined;
  private next = 0;
  private order: number[];
  private asked = 0;

  constructor(side: number) {
    this.side = side;
    // Every tile has its turn, those of a coarse grid first.
    this.order = Array.from({ length: side * side }, (_, index) => index).sort(
      (a, b) => coarseness(b, side) - coarseness(a, side) || a - b,
    );
  }

  show(canvas: HTMLCanvasElement, wanted: Wanted): void {
    this.wanted = wanted;
    const { model, axes, view, z } = wanted;
    // Dimensions beside the plane's belong to the picture; those of the plane do not.
    const others = Array.from(z.keys()).filter((d) => !axes.includes(d));
    const key = [...axes, view.x, view.y, view.half, ...others.map((d) => z[d])].join();
    if (key !== this.key || model !== this.model) {
      this.key = key;
      this.model = model;
      this.next = 0;
    }
    this.work(canvas);
  }

  /** Draws all of it at once. */
  finish(canvas: HTMLCanvasElement, wanted: Wanted): void {
    this.wanted = wanted;
    for (const index of this.order) this.tile(index);
    this.present(canvas);
  }

  stop(): void {
    cancelAnimationFrame(this.asked);
  }

  private work(canvas: HTMLCanvasElement): void {
    cancelAnimationFrame(this.asked);
    const begun = performance.now();
    while (this.next < this.order.length && performance.now() - begun < BUDGET)
      this.tile(this.order[this.next++]!);
    this.present(canvas);
    if (this.next < this.order.length) this.asked = requestAnimationFrame(() => this.work(canvas));
    canvas.dataset.done = String(this.next === this.order.length);
  }

  private tile(index: number): void {
    const { model, axes, view, z } = this.wanted!;
    const { side } = this;
    const [column, row] = [index % side, Math.floor(index / side)];
    const [x, y] = toPlane(view, (column + 0.5) / side, (row + 0.5) / side);
    const point = z.slice();
    point[axes[0]] = x;
    if (axes[1] !== axes[0]) point[axes[1]] = y;
    const values = model.decode(point);
    const size = imageSize(model.info.inputShape);
    const [height, width] = size ?? [ROW_TILE, ROW_TILE];
    if (this.tiles.width !== side * width || this.tiles.height !== side * height) {
      this.tiles.width = side * width;
      this.tiles.height = side * height;
    }
    const context = this.tiles.getContext("2d")!;
    if (size) {
      const image = context.createImageData(width, height);
      writeImage(image.data, 0, width, values, size, model.info.range);
      context.putImageData(image, column * width, row * height);
    } else {
      const margin = 4;
      context.clearRect(column * width, row * height, width, height);
      const box = {
        x: column * width + margin,
        y: row * height + margin,
        width: width - 2 * margin,
        height: height - 2 * margin,
      };
      drawRow(context, values, model.info, box);
    }
  }

  private present(canvas: HTMLCanvasElement): void {
    const context = canvas.getContext("2d")!;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = true;
    context.drawImage(this.tiles, 0, 0, canvas.width, canvas.height);
    const { view, axes, z } = this.wanted!;
    const [sx, sy] = toSquare(view, z[axes[0]]!, z[axes[1]]!);
    const ratio = pixelRatio();
    const size = canvas.width / this.side;
    context.lineWidth = 4 * ratio;
    context.strokeStyle = isDark() ? "#14181d" : "#ffffff";
    context.strokeRect(sx * canvas.width - size / 2, sy * canvas.height - size / 2, size, size);
    context.lineWidth = 2 * ratio;
    context.strokeStyle = "#ff8a1f";
    context.strokeRect(sx * canvas.width - size / 2, sy * canvas.height - size / 2, size, size);
  }
}

/** How early in a refinement by halves a tile comes. */
function coarseness(index: number, side: number): number {
  const [column, row] = [index % side, Math.floor(index / side)];
  for (const step of [8, 4, 2]) if (column % step === 0 && row % step === 0) return step;
  return 1;
}
