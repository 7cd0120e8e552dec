/** Values over the iterations of a training, as lines. */
import { DataError } from "../common/errors.ts";
import { CLASS_COLOURS } from "./class-styles.ts";
import type { Figure } from "./figure.ts";
import { legend } from "./legend.ts";
import type { Colour } from "./pixels.ts";
import { plotElements } from "./plot-elements.ts";
import { plainText } from "./text.ts";
import { titleBlock } from "./title.ts";

/** One line of a chart. */
export interface Curve {
  /** In the legend. */
  readonly name: string;
  /** Iterations, ascending. */
  readonly x: ArrayLike<number>;
  /** One value per iteration; values that are not finite leave a gap. */
  readonly y: ArrayLike<number>;
}

/** How curves are drawn. */
export interface CurvesOptions {
  /** Above the chart. */
  readonly title?: string | undefined;
  /** Default "iteration". */
  readonly xLabel?: string | undefined;
  /** Such as "nats per example". */
  readonly yLabel?: string | undefined;
  /** Default linear; log leaves out what is not above 0. */
  readonly xScale?: "linear" | "log" | undefined;
  /** Values shown; default: all those from a fiftieth of the last iteration on, since the first ones dwarf the rest. */
  readonly yRange?: readonly [low: number, high: number] | undefined;
  /** In CSS pixels; default 640 × 320. */
  readonly width?: number | undefined;
  /** In pixels. */
  readonly height?: number | undefined;
  /** Of the curves in turn; default: colours that colour-blind viewers can tell apart. */
  readonly colours?: readonly Colour[] | undefined;
  /** Pixels in a CSS pixel, where the figure becomes pixels; default 2. */
  readonly pixelRatio?: number | undefined;
}

/** The inside of the axes in CSS pixels, and what it shows. */
interface CurvesFrame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  /** As asked for: axes end there. Absent: they end at round numbers near. */
  readonly y?: readonly [number, number] | undefined;
}

const EDGE = 14;
const LEFT = 74;
const RIGHT = 20;
const BOTTOM = 48;
const MOST_POINTS = 400;
const SETTLED = 50;

/**
 * Curves in one frame under one legend. Where one has more points than can be told apart, neighbours are averaged, and
 * so noise is smoothed.
 * @throws {DataError} for no curves, one without points, or coordinates that do not match
 */
export async function curvesFigure(
  curves: readonly Curve[],
  options: CurvesOptions = {},
): Promise<Figure & { readonly frame: CurvesFrame }> {
  if (curves.length === 0) throw new DataError("there are no curves to draw; give at least one");
  for (const curve of curves) requirePoints(curve);
  const {
    title,
    xLabel = "iteration",
    yLabel,
    xScale = "linear",
    width = 640,
    height = 320,
    pixelRatio = 2,
  } = options;
  const colours = options.colours ?? CLASS_COLOURS;
  const entries = curves.map(({ name }, index) => ({
    name,
    style: { colour: colours[index % colours.length]!, shape: "disc" } as const,
  }));
  const inner = width - LEFT - RIGHT;
  const heading = titleBlock(title, LEFT, EDGE, inner);
  const key = legend(entries, LEFT, EDGE + heading.height, inner);
  const top = EDGE + heading.height + key.height + 8;
  const lines = curves.map((curve) => averaged(curve, xScale));
  const margins = { marginLeft: LEFT, marginRight: RIGHT, marginTop: top, marginBottom: BOTTOM };
  const frame = {
    ...margins,
    width,
    height,
    x: { type: xScale, domain: extent(lines.flatMap((points) => points.map(([x]) => x))) },
    y: { domain: options.yRange ?? settledRange(lines, xScale), nice: options.yRange === undefined },
  } as const;

  const axes = await plotElements((plot) => ({
    ...frame,
    marks: [
      plot.gridY({ strokeOpacity: 0.12 }),
      plot.axisX({
        label: null,
        tickSize: 4,
        tickSpacing: 70,
        ...(xScale === "log" && { tickFormat: "~s" }),
      }),
      plot.axisY({ label: null, tickSize: 4 }),
      plot.text([plainText(xLabel)], { frameAnchor: "bottom", dy: 38, fontSize: 12 }),
      ...(yLabel
        ? [plot.text([plainText(yLabel)], { frameAnchor: "left", dx: -64, rotate: -90, fontSize: 12 })]
        : []),
      plot.frame({ stroke: "#9aa5b1" }),
    ],
  }));
  const inside = await plotElements((plot) => ({
    ...frame,
    axis: null,
    marks: lines.map((points, index) =>
      plot.line(points, { stroke: `rgb(${entries[index]!.style.colour.join(",")})`, strokeWidth: 1.8 }),
    ),
  }));
  const box = { width: inner, height: height - top - BOTTOM };
  const cutOff = `<svg x="${LEFT}" y="${top}" width="${box.width}" height="${box.height}" viewBox="${LEFT} ${top} ${box.width} ${box.height}" overflow="hidden">${inside}</svg>`;
  return {
    width,
    height,
    pixelRatio,
    rasters: [],
    vector: `${heading.vector}${key.vector}${axes}${cutOff}`,
    frame: { left: LEFT, top, ...box, x: frame.x.domain, y: options.yRange },
  };
}

type Point = [x: number, y: number];

function requirePoints({ name, x, y }: Curve): void {
  if (x.length === 0) throw new DataError(`the curve ${name} has no points; give at least one`);
  if (x.length !== y.length)
    throw new DataError(
      `the curve ${name} has ${y.length} values for ${x.length} iterations; give one for each`,
    );
}

/** Means of the points that fall into each of {@link MOST_POINTS} equal parts of the axis. */
function averaged({ x, y }: Curve, scale: "linear" | "log"): Point[] {
  const place = scale === "log" ? Math.log : (value: number) => value;
  const points = Array.from(x, (value, index): Point => [value, y[index]!]).filter(([value]) =>
    Number.isFinite(place(value)),
  );
  if (points.length <= MOST_POINTS) return points;
  const [first, last] = [place(points[0]![0]), place(points.at(-1)![0])];
  const parts: { x: number; y: number; count: number }[] = [];
  for (const point of points) {
    const part = Math.min(
      MOST_POINTS - 1,
      Math.floor((MOST_POINTS * (place(point[0]) - first)) / (last - first)),
    );
    parts[part] ??= { x: 0, y: 0, count: 0 };
    parts[part].x += point[0];
    parts[part].y += point[1];
    parts[part].count++;
  }
  return parts.filter(Boolean).map(({ x, y, count }) => [x / count, y / count]);
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = finite.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (low > high) return [0, 1];
  return low < high ? [low, high] : [low - 0.5, high + 0.5];
}

function settledRange(lines: readonly Point[][], scale: "linear" | "log"): [number, number] {
  const points = lines.flat();
  const last = points.reduce((most, [x]) => Math.max(most, x), Number.NEGATIVE_INFINITY);
  const settled = scale === "log" ? points : points.filter(([x]) => x >= last / SETTLED);
  return extent(settled.map(([, y]) => y));
}
