import { Canvas, isDark, pixelRatio } from "./canvas.tsx";

/** How rows of a model are shown. */
interface RowLook {
  readonly inputShape: readonly number[];
  readonly range: readonly [number, number];
  readonly columnNames?: readonly string[] | undefined;
}

interface PictureProps {
  /** Read while drawing, so that it may be the value of a signal. */
  readonly values: () => ArrayLike<number> | undefined;
  readonly look: RowLook;
  readonly label: string;
  readonly class?: string;
  readonly id?: string;
}

/** One example: an image as an image, a row as a line. */
export function Picture({ values, look, label, ...rest }: PictureProps) {
  return (
    <Canvas
      label={label}
      draw={(canvas) => {
        const context = canvas.getContext("2d")!;
        const row = values();
        context.clearRect(0, 0, canvas.width, canvas.height);
        if (row) drawRow(context, row, look, { x: 0, y: 0, width: canvas.width, height: canvas.height });
      }}
      {...rest}
    />
  );
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Height, width and channels where examples are images. */
export function imageSize(shape: readonly number[]): readonly [number, number, number] | undefined {
  const [height, width, channels = 1] = shape;
  if (width === undefined || width < 2) return undefined;
  return shape.length <= 3 && (channels === 1 || channels === 3) ? [height!, width, channels] : undefined;
}

export function drawRow(
  context: CanvasRenderingContext2D,
  row: ArrayLike<number>,
  look: RowLook,
  box: Box,
): void {
  const size = imageSize(look.inputShape);
  if (size) drawImage(context, row, size, look.range, box);
  else if (look.columnNames && look.columnNames.length <= MOST_BARS) drawBars(context, row, look, box);
  else drawLine(context, row, look.range, box);
}

const scratch = typeof document === "undefined" ? undefined : document.createElement("canvas");

function drawImage(
  context: CanvasRenderingContext2D,
  row: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  range: readonly [number, number],
  box: Box,
): void {
  scratch!.width = width;
  scratch!.height = height;
  const small = scratch!.getContext("2d")!;
  const image = small.createImageData(width, height);
  writeImage(image.data, 0, width, row, [height, width, channels], range);
  small.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  const scale = Math.min(box.width / width, box.height / height);
  const [w, h] = [width * scale, height * scale];
  context.drawImage(scratch!, box.x + (box.width - w) / 2, box.y + (box.height - h) / 2, w, h);
}

/** Writes an image into RGBA bytes of another width. @param at index of the upper left pixel */
export function writeImage(
  bytes: Uint8ClampedArray,
  at: number,
  stride: number,
  row: ArrayLike<number>,
  [height, width, channels]: readonly [number, number, number],
  [least, greatest]: readonly [number, number],
): void {
  const scale = 255 / (greatest - least || 1);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      const to = 4 * (at + y * stride + x);
      const grey = (row[from]! - least) * scale;
      bytes[to] = grey;
      bytes[to + 1] = channels === 3 ? (row[from + 1]! - least) * scale : grey;
      bytes[to + 2] = channels === 3 ? (row[from + 2]! - least) * scale : grey;
      bytes[to + 3] = 255;
    }
}

function drawLine(
  context: CanvasRenderingContext2D,
  row: ArrayLike<number>,
  [least, greatest]: readonly [number, number],
  { x, y, width, height }: Box,
): void {
  const margin = 0.06;
  const scale = ((1 - 2 * margin) * height) / (greatest - least || 1);
  context.strokeStyle = isDark() ? "#7db0ff" : "#2563c9";
  context.lineWidth = Math.max(1, Math.min(2.5, width / 150) * pixelRatio() * 0.7);
  context.beginPath();
  for (let i = 0; i < row.length; i++) {
    const px = x + width * (margin + ((1 - 2 * margin) * i) / Math.max(1, row.length - 1));
    context.lineTo(px, y + height * (1 - margin) - (row[i]! - least) * scale);
  }
  context.stroke();
}

const MOST_BARS = 40;
/** CSS pixels below which bars have no names. */
const NAMED_WIDTH = 110;

/** Columns of a table under each other: name, bar, value. */
function drawBars(
  context: CanvasRenderingContext2D,
  row: ArrayLike<number>,
  { columnNames, range: [least, greatest] }: RowLook,
  { x, y, width, height }: Box,
): void {
  const dark = isDark();
  const line = height / row.length;
  const isNamed = line > 9 * pixelRatio() && width > NAMED_WIDTH * pixelRatio();
  const left = isNamed ? width * 0.36 : 2;
  const room = isNamed ? width * 0.42 : width - 4;
  const place = (value: number) =>
    x + left + room * Math.max(0, Math.min(1, (value - least) / (greatest - least || 1)));
  const zero = place(Math.max(least, Math.min(greatest, 0)));
  context.font = `${Math.min(13 * pixelRatio(), line * 0.7)}px Inter, system-ui, sans-serif`;
  context.textBaseline = "middle";
  for (let i = 0; i < row.length; i++) {
    const middle = y + line * (i + 0.5);
    context.fillStyle = dark ? "#7db0ff" : "#2563c9";
    const end = place(row[i]!);
    context.fillRect(Math.min(zero, end), middle - line * 0.3, Math.max(1, Math.abs(end - zero)), line * 0.6);
    if (!isNamed) continue;
    context.fillStyle = dark ? "#e6eaef" : "#1f2933";
    context.textAlign = "right";
    context.fillText(columnNames![i] ?? "", x + left - 6, middle, left - 8);
    context.textAlign = "left";
    context.fillText(String(Number(row[i]!.toPrecision(3))), x + left + room + 6, middle);
  }
}
