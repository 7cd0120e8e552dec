import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { isDark } from "./canvas.tsx";

interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly (number | null)[];
  readonly dashed?: boolean;
}

interface CurvesProps {
  readonly title: string;
  /** What it shows, in a sentence. */
  readonly about?: string;
  /** Iterations. */
  readonly x: readonly number[];
  readonly curves: readonly Curve[];
  readonly logarithmic?: boolean;
}

const HEIGHT = 160;

/** Lines over iterations. Its size is fixed before there are values, so that nothing jumps while a model trains. */
export function Curves({ title, about, x, curves, logarithmic = false }: CurvesProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const data: uPlot.AlignedData = [[...x], ...curves.map(({ values }) => [...values])];
  const kind = `${logarithmic} ${curves.map(({ label, colour }) => label + colour).join()}`;
  useEffect(() => {
    const axis = {
      stroke: isDark() ? "#9ba8b5" : "#5a6775",
      grid: { stroke: isDark() ? "#2c353f" : "#e0e3e6", width: 1 },
      ticks: { show: false },
      font: "11px Inter, system-ui, sans-serif",
    };
    const options: uPlot.Options = {
      width: place.current!.clientWidth,
      height: HEIGHT,
      scales: { x: { time: false, ...(logarithmic && { distr: 3 }) } },
      axes: [
        { ...axis, size: 26 },
        { ...axis, size: 52 },
      ],
      series: [
        { label: "iteration" },
        ...curves.map(({ label, colour, dashed }) => ({
          label,
          stroke: colour,
          width: 1.75,
          spanGaps: true,
          points: { show: false },
          ...(dashed && { dash: [5, 4] }),
        })),
      ],
      cursor: { drag: { x: false, y: false } },
      legend: { show: false },
    };
    chart.current = new uPlot(options, data, place.current!);
    const observer = new ResizeObserver(() => {
      const width = place.current?.clientWidth ?? 0;
      if (width > 0) chart.current?.setSize({ width, height: HEIGHT });
    });
    observer.observe(place.current!);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
    };
  }, [kind]);
  useEffect(() => {
    chart.current?.setData(data);
  });
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      {about && <p class="about">{about}</p>}
      <div class="chart" ref={place} data-until={x.at(-1)} />
      <p class="keys">
        {curves.map(({ label, colour, values }) => (
          <span key={label}>
            <i style={{ background: colour }} />
            {label} <b>{lastOf(values)}</b>
          </span>
        ))}
      </p>
    </section>
  );
}

function lastOf(values: readonly (number | null)[]): string {
  const value = values.findLast((each) => each !== null);
  return value === undefined ? "" : value!.toFixed(1);
}

export const COLOURS = {
  elbo: "#2f7de1",
  reconstruction: "#e07b12",
  kl: "#2a9d6f",
  other: "#b0487a",
} as const;
