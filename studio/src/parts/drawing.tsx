import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ExploreState } from "../explore/state.ts";
import { Canvas } from "./canvas.tsx";
import { Card } from "./card.tsx";
import { drawRow, imageSize, Picture } from "./picture.tsx";

/** Of the brush, in pixels of MNIST's size: strokes there are two to three pixels wide. */
const BRUSH = 1.35;
const REFERENCE_SIDE = 28;

/** A field to draw on: what is drawn is encoded, shown on the plane and reconstructed. */
export function Drawing({ state }: { state: ExploreState }) {
  const { info, encode } = state.model.value;
  const size = imageSize(info.inputShape);
  const drawn = useSignal<Float32Array | undefined>(undefined);
  const last = useRef<readonly [number, number] | undefined>(undefined);
  if (!encode || size?.[2] !== 1) return null;
  const [height, width] = size;
  const [least, greatest] = info.range;
  const empty = () => new Float32Array(height * width).fill(least);

  const strokeTo = (x: number, y: number) => {
    const values = drawn.peek()?.slice() ?? empty();
    const [fromX, fromY] = last.current ?? [x, y];
    const radius = (BRUSH * Math.max(height, width)) / REFERENCE_SIDE;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    for (let step = 0; step <= steps; step++) {
      const [cx, cy] = [fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps];
      for (let row = Math.max(0, Math.floor(cy - radius - 1)); row < Math.min(height, cy + radius + 1); row++)
        for (
          let column = Math.max(0, Math.floor(cx - radius - 1));
          column < Math.min(width, cx + radius + 1);
          column++
        ) {
          const distance = Math.hypot(column + 0.5 - cx, row + 0.5 - cy);
          const ink = Math.max(0, Math.min(1, radius + 0.5 - distance));
          const at = row * width + column;
          values[at] = Math.max(values[at]!, least + ink * (greatest - least));
        }
    }
    last.current = [x, y];
    drawn.value = values;
    state.z.value = state.model.peek().encode!(values).mean;
  };

  return (
    <Card
      class="drawing"
      title="Draw"
      guide="one-page-to-explore-and-to-send"
      about="Draw with a finger or the mouse: the encoder finds its place on the plane."
    >
      <div class="pair">
        <figure>
          <Canvas
            id="drawing"
            class="tile pad"
            label="field to draw on"
            draw={(canvas) => {
              const context = canvas.getContext("2d")!;
              const box = { x: 0, y: 0, width: canvas.width, height: canvas.height };
              drawRow(context, drawn.value ?? empty(), info, box);
            }}
            attach={(canvas) => attachPen(canvas, width, height, strokeTo, () => (last.current = undefined))}
          />
          <figcaption>your drawing</figcaption>
        </figure>
        <figure>
          <Picture
            id="drawing-reconstruction"
            class="tile"
            values={() => (drawn.value ? state.model.value.decode(encode(drawn.value).mean) : undefined)}
            look={info}
            label="reconstruction of the drawing"
          />
          <figcaption>reconstruction</figcaption>
        </figure>
      </div>
      <div class="buttons">
        <button type="button" onClick={() => (drawn.value = undefined)}>
          Wipe
        </button>
      </div>
    </Card>
  );
}

function attachPen(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  strokeTo: (x: number, y: number) => void,
  lift: () => void,
): () => void {
  let isDown = false;
  const stroke = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    strokeTo(
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    );
  };
  const down = (event: PointerEvent) => {
    isDown = true;
    lift();
    stroke(event);
  };
  const move = (event: PointerEvent) => {
    if (isDown) stroke(event);
  };
  const up = () => {
    isDown = false;
    lift();
  };
  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  addEventListener("pointerup", up);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    removeEventListener("pointerup", up);
  };
}
