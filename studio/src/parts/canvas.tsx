import { useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

/** Device pixels a CSS pixel: more than two cost time that nobody sees. */
export function pixelRatio(): number {
  return Math.min(2, globalThis.devicePixelRatio || 1);
}

export function isDark(): boolean {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

interface CanvasProps {
  /** Draws; runs again when a signal that it reads changes, and when the size does. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
  readonly label: string;
  readonly class?: string;
  /** Called with the element once it is there; what it returns is called when it goes. */
  readonly attach?: (canvas: HTMLCanvasElement) => () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly id?: string;
}

/** A canvas with as many pixels as its place has. */
export function Canvas({ draw, label, attach, onKeyDown, ...rest }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useSignalEffect(() => {
    if (ref.current) latest.current(ref.current);
  });
  useEffect(() => {
    if (ref.current) latest.current(ref.current);
  });
  useEffect(() => {
    const canvas = ref.current!;
    const redraw = () => latest.current(canvas);
    const detach = attach?.(canvas);
    const observer = new ResizeObserver(() => {
      const ratio = pixelRatio();
      const width = Math.max(1, Math.round(canvas.clientWidth * ratio));
      const height = Math.max(1, Math.round(canvas.clientHeight * ratio));
      if (canvas.width === width && canvas.height === height) return;
      canvas.width = width;
      canvas.height = height;
      redraw();
    });
    observer.observe(canvas);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", redraw);
    return () => {
      detach?.();
      observer.disconnect();
      dark.removeEventListener("change", redraw);
    };
  }, []);
  return (
    <canvas
      ref={ref}
      role="img"
      aria-label={label}
      {...(onKeyDown && { onKeyDown, tabIndex: 0 })}
      {...rest}
    />
  );
}
