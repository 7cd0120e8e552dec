import { useComputed, useSignal } from "@preact/signals";
import type { ExploreState } from "../explore/state.ts";
import { Card, className } from "./card.tsx";

/** From the mean of one class to that of another: a direction that changes an attribute. */
export function Attributes({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const classes = useComputed(() =>
    [...new Set(state.model.value.points.labels ?? [])].filter((label) => label >= 0).sort((a, b) => a - b),
  ).value;
  const from = useSignal(classes[0] ?? 0);
  const to = useSignal(classes[1] ?? 0);
  const base = useSignal<Float32Array | undefined>(undefined);
  const amount = useSignal(0);
  if (classes.length < 2) return null;
  const choice = (which: typeof from, name: string) => (
    <label>
      {name}{" "}
      <select
        value={which.value}
        onChange={(event) => {
          which.value = Number(event.currentTarget.value);
          base.value = undefined;
          amount.value = 0;
        }}
      >
        {classes.map((label) => (
          <option key={label} value={label} selected={label === which.value}>
            {className(state, label)}
          </option>
        ))}
      </select>
    </label>
  );
  const move = (strength: number) => {
    base.value ??= state.z.peek().slice();
    amount.value = strength;
    const [a, b] = [classMean(state, from.value), classMean(state, to.value)];
    state.z.value = base.value.map((value, d) => value + strength * (b[d]! - a[d]!));
  };
  return (
    <Card
      title="Attribute vector"
      guide="6-pictures-and-latents"
      about="Adds the difference between the means of two classes to where you are."
    >
      <div class="axes">
        {choice(from, "from")}
        {choice(to, "to")}
      </div>
      <label class="slider">
        <span>strength {amount.value.toFixed(2)}</span>
        <input
          type="range"
          min="-1.5"
          max="1.5"
          step="0.05"
          value={amount.value}
          onInput={(event) => move(Number(event.currentTarget.value))}
        />
      </label>
      <div class="buttons">
        <button
          type="button"
          onClick={() => {
            base.value = undefined;
            amount.value = 0;
            state.z.value = Float32Array.from(classMean(state, from.value));
          }}
        >
          Begin at the mean of {className(state, from.value)}
        </button>
      </div>
      {model.points.count === 0 && <p class="empty">There are no points.</p>}
    </Card>
  );
}

function classMean(state: ExploreState, label: number): Float64Array {
  const { points, info } = state.model.peek();
  const sum = new Float64Array(info.latent);
  let count = 0;
  for (let index = 0; index < points.count; index++) {
    if (points.labels?.[index] !== label) continue;
    count++;
    for (let d = 0; d < info.latent; d++) sum[d]! += points.mean[index * info.latent + d]!;
  }
  return sum.map((value) => value / Math.max(1, count));
}
