import { useSignal, useSignalEffect } from "@preact/signals";
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

/** How near the window a canvas is drawn, so that it is there when it is scrolled to. */
const MARGIN = "200px";

/** A canvas with as many pixels as its place has. It is drawn while it is in view, or nearly. */
export function Canvas({ draw, label, attach, onKeyDown, ...rest }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  const isSeen = useSignal(false);
  useSignalEffect(() => {
    if (isSeen.value && ref.current) latest.current(ref.current);
  });
  useEffect(() => {
    if (isSeen.peek() && ref.current) latest.current(ref.current);
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
    const sight = new IntersectionObserver(
      ([entry]) => {
        isSeen.value = entry!.isIntersecting;
      },
      { rootMargin: MARGIN },
    );
    sight.observe(canvas);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", redraw);
    return () => {
      detach?.();
      observer.disconnect();
      sight.disconnect();
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
