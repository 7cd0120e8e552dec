import { effect } from "@preact/signals";
import type { ExploreState } from "./state.ts";

/** Keeps the visitor's place in the part of the address after `#`, and begins where that says. @returns what stops it */
export function bindAddress(state: ExploreState): () => void {
  readAddress(state);
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const [z, axes, view] = [state.z.value, state.axes.value, state.view.value];
    const [temperature, seed] = [state.temperature.value, state.seed.value];
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const found = new URLSearchParams(location.hash.slice(1));
      found.set("z", Array.from(z, short).join("_"));
      found.set("axes", axes.join("_"));
      if (state.follows) found.delete("view");
      else found.set("view", [view.x, view.y, view.half].map(short).join("_"));
      found.set("t", short(temperature));
      found.set("s", String(seed));
      history.replaceState(null, "", `#${found}`);
    }, 250);
  });
  return () => {
    clearTimeout(waiting);
    stop();
  };
}

function readAddress(state: ExploreState): void {
  const found = new URLSearchParams(location.hash.slice(1));
  const numbers = (name: string) => found.get(name)?.split("_").map(Number) ?? [];
  const { latent } = state.model.peek().info;
  const axes = numbers("axes");
  if (axes.length === 2 && axes.every((each) => Number.isInteger(each) && each >= 0 && each < latent))
    state.setAxes([axes[0]!, axes[1]!]);
  const z = numbers("z");
  if (z.length === latent && z.every(Number.isFinite)) state.z.value = Float32Array.from(z);
  const view = numbers("view");
  if (view.length === 3 && view.every(Number.isFinite) && view[2]! > 0)
    state.setView({ x: view[0]!, y: view[1]!, half: view[2]! });
  const [temperature] = numbers("t");
  if (temperature !== undefined && temperature >= 0 && temperature <= 2)
    state.temperature.value = temperature;
  const [seed] = numbers("s");
  if (seed !== undefined && Number.isInteger(seed)) state.seed.value = seed;
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
