/** Curves on a latent plane, as SVG: bent where its axes are not linear. */
import type { ToPoint } from "./latent-panel.ts";
import type { PointStyle } from "./point-raster.ts";
import { svgText } from "./text.ts";

const CORNERS = 72;
const CONTOUR = "#323f4b";

/** Circles of one, two and three standard deviations of the standard normal prior, each with its name. */
export function priorContours(toPoint: ToPoint): string {
  return ["σ", "2σ", "3σ"]
    .map((name, index) => {
      const radius = index + 1;
      const [x, y] = toPoint(radius * Math.SQRT1_2, radius * Math.SQRT1_2);
      const circle = `<path d="${closedPath(0, 0, radius, radius, toPoint)}" fill="none" stroke="${CONTOUR}" stroke-width="1" stroke-dasharray="4 3"/>`;
      const label = { size: 11, anchor: "middle", fill: CONTOUR } as const;
      const halo = svgText(name, x, y + 4, { ...label, fill: "white" }).replace(
        "<text",
        '<text stroke="white" stroke-width="4" stroke-linejoin="round"',
      );
      return `${circle}${halo}${svgText(name, x, y + 4, label)}`;
    })
    .join("");
}

/**
 * Ellipses of one standard deviation of posteriors with independent dimensions.
 * @param means n × 2
 * @param logVariance ln σ², n × 2
 * @param most ellipses drawn, of examples evenly spaced in the list
 */
export function posteriorEllipses(
  means: Float32Array,
  logVariance: Float32Array,
  most: number,
  styleOf: (example: number) => PointStyle,
  toPoint: ToPoint,
): string {
  const count = means.length / 2;
  const drawn = Math.min(count, most);
  return Array.from({ length: drawn }, (_, index) => {
    const example = Math.floor((index * count) / drawn);
    const [mean1, mean2] = [means[2 * example]!, means[2 * example + 1]!];
    const [deviation1, deviation2] = [0, 1].map((axis) => Math.exp(logVariance[2 * example + axis]! / 2));
    const outline = closedPath(mean1, mean2, deviation1!, deviation2!, toPoint);
    const paint = `rgb(${styleOf(example).colour.join(",")})`;
    return (
      outline &&
      `<path d="${outline}" fill="none" stroke="white" stroke-width="3.2"/><path d="${outline}" fill="${paint}" fill-opacity="0.12" stroke="${paint}" stroke-width="1.2"/>`
    );
  }).join("");
}

/** An ellipse as SVG path data; empty when a part of it is not finite. */
function closedPath(z1: number, z2: number, radius1: number, radius2: number, toPoint: ToPoint): string {
  const corners = Array.from({ length: CORNERS }, (_, index) => {
    const angle = (2 * Math.PI * index) / CORNERS;
    return toPoint(z1 + radius1 * Math.cos(angle), z2 + radius2 * Math.sin(angle));
  });
  if (!corners.flat().every(Number.isFinite)) return "";
  return `M${corners.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}Z`;
}
