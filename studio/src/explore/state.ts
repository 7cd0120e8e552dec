import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Explorable } from "./explorable.ts";
import { fitted, type View } from "./view.ts";

export type Axes = readonly [number, number];

/** Where a visitor is in a latent space: every panel reads it, and any may change it. */
export class ExploreState {
  readonly model: Signal<Explorable>;
  readonly z: Signal<Float32Array>;
  readonly axes: Signal<Axes>;
  readonly view: Signal<View>;
  /** Index of the point under the pointer. */
  readonly hover: Signal<number | undefined> = signal(undefined);
  /** The point whose card is shown. */
  readonly chosen: Signal<number | undefined> = signal(undefined);
  /** Ends of the interpolation. */
  readonly from: Signal<Float32Array | undefined> = signal(undefined);
  readonly to: Signal<Float32Array | undefined> = signal(undefined);
  readonly hidden: Signal<ReadonlySet<number>> = signal(new Set<number>());
  readonly temperature = signal(1);
  readonly seed = signal(1);
  readonly decoded: ReadonlySignal<Float32Array>;
  /** Whether the view follows the points while they move. */
  follows = true;

  constructor(model: Explorable) {
    this.model = signal(model);
    const { latent } = model.info;
    const axes: Axes = latent === 2 ? [0, 1] : [model.order[0]!, model.order[1] ?? model.order[0]!];
    this.axes = signal(axes);
    this.view = signal(fitted(model.points.mean, latent, axes));
    this.z = signal(new Float32Array(latent));
    this.decoded = computed(() => this.model.value.decode(this.z.value));
  }

  /** Another state of the same network, such as a later iteration. */
  show(model: Explorable): void {
    batch(() => {
      this.model.value = model;
      if (this.z.value.length !== model.info.latent) {
        this.z.value = new Float32Array(model.info.latent);
        this.axes.value = [0, Math.min(1, model.info.latent - 1)];
        this.from.value = undefined;
        this.to.value = undefined;
      }
      if (this.chosen.value !== undefined && this.chosen.value >= model.points.count)
        this.chosen.value = undefined;
      this.hover.value = undefined;
      if (this.follows) this.fit();
    });
  }

  setAxes(axes: Axes): void {
    batch(() => {
      this.axes.value = axes;
      this.fit();
    });
  }

  fit(): void {
    const { points, info } = this.model.value;
    this.view.value = fitted(points.mean, info.latent, this.axes.value);
    this.follows = true;
  }

  setView(view: View): void {
    this.view.value = view;
    this.follows = false;
  }

  /** Moves to a point of the plane; other dimensions stay. */
  moveOnPlane(x: number, y: number): void {
    const [first, second] = this.axes.value;
    const z = this.z.value.slice();
    z[first] = x;
    if (second !== first) z[second] = y;
    this.z.value = z;
  }

  setDimension(dimension: number, value: number): void {
    const z = this.z.value.slice();
    z[dimension] = value;
    this.z.value = z;
  }

  toggleClass(label: number): void {
    const hidden = new Set(this.hidden.value);
    if (!hidden.delete(label)) hidden.add(label);
    this.hidden.value = hidden;
  }
}
