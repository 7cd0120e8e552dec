import type { ExploreState } from "../explore/state.ts";
import { panned, toPlane, zoomed } from "../explore/view.ts";

/** What a panel that shows the plane does when nothing is dragged. */
interface PlaneHooks {
  onHover?(sx: number, sy: number): void;
  onLeave?(): void;
  onClick?(sx: number, sy: number): void;
}

const WHEEL_STEP = 1.0015;
const CLICK_DISTANCE = 4;

/**
 * Dragging moves z; with Shift or another button, or two fingers, the view; the wheel zooms. Both big panels have this,
 * so that what is learnt on one works on the other.
 */
export function attachPlane(canvas: HTMLCanvasElement, state: ExploreState, hooks: PlaneHooks): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let isPanning = false;
  let start: { x: number; y: number } | undefined;
  const place = (event: { clientX: number; clientY: number }) => {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const walkTo = ({ x, y }: { x: number; y: number }) =>
    state.moveOnPlane(...toPlane(state.view.peek(), x, y));

  const down = (event: PointerEvent) => {
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // The pointer may be gone already.
    }
    const at = place(event);
    pointers.set(event.pointerId, at);
    start = { x: event.clientX, y: event.clientY };
    isPanning = event.button !== 0 || event.shiftKey || pointers.size > 1;
    if (!isPanning) walkTo(at);
    hooks.onLeave?.();
  };
  const move = (event: PointerEvent) => {
    const at = place(event);
    const before = pointers.get(event.pointerId);
    if (!before) {
      hooks.onHover?.(at.x, at.y);
      return;
    }
    if (pointers.size > 1) {
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, each]) => each);
      const spread = (p: { x: number; y: number }) => Math.hypot(p.x - other!.x, p.y - other!.y) || 1e-6;
      const view = zoomed(state.view.peek(), spread(at) / spread(before), other!.x, other!.y);
      state.setView(panned(view, (at.x - before.x) / 2, (at.y - before.y) / 2));
    } else if (isPanning) state.setView(panned(state.view.peek(), at.x - before.x, at.y - before.y));
    else walkTo(at);
    pointers.set(event.pointerId, at);
  };
  const up = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    const moved = start ? Math.hypot(event.clientX - start.x, event.clientY - start.y) : 0;
    const at = place(event);
    if (event.type === "pointerup" && !isPanning && moved < CLICK_DISTANCE) hooks.onClick?.(at.x, at.y);
  };
  const leave = () => hooks.onLeave?.();
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const at = place(event);
    const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
    state.setView(zoomed(state.view.peek(), WHEEL_STEP ** -pixels, at.x, at.y));
  };
  const menu = (event: Event) => event.preventDefault();

  canvas.addEventListener("pointerdown", down);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", leave);
  canvas.addEventListener("wheel", wheel, { passive: false });
  canvas.addEventListener("contextmenu", menu);
  return () => {
    canvas.removeEventListener("pointerdown", down);
    canvas.removeEventListener("pointermove", move);
    canvas.removeEventListener("pointerup", up);
    canvas.removeEventListener("pointercancel", up);
    canvas.removeEventListener("pointerleave", leave);
    canvas.removeEventListener("wheel", wheel);
    canvas.removeEventListener("contextmenu", menu);
  };
}

const STEP = 0.04;

/** Arrows walk, with Shift they pan; + and − zoom; 0 shows all. */
export function planeKeys(state: ExploreState): (event: KeyboardEvent) => void {
  return (event) => {
    const view = state.view.peek();
    const arrows: Record<string, readonly [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
    };
    const arrow = arrows[event.key];
    if (arrow && event.shiftKey) state.setView(panned(view, -arrow[0] * STEP * 2, arrow[1] * STEP * 2));
    else if (arrow) {
      const [first, second] = state.axes.peek();
      const z = state.z.peek();
      const step = view.half * STEP;
      state.moveOnPlane(z[first]! + arrow[0] * step, z[second]! + arrow[1] * step);
    } else if (event.key === "+" || event.key === "=") state.setView(zoomed(view, 1.25, 0.5, 0.5));
    else if (event.key === "-") state.setView(zoomed(view, 0.8, 0.5, 0.5));
    else if (event.key === "0") state.fit();
    else return;
    event.preventDefault();
  };
}
