import { useSignal } from "@preact/signals";
import type { ExploreState } from "../explore/state.ts";
import { Card } from "./card.tsx";

const FEW = 8;

/** A slider for each dimension, those that tell most first, and which two span the plane. */
export function Dimensions({ state }: { state: ExploreState }) {
  const all = useSignal(false);
  const model = state.model.value;
  const { order, weights, info } = model;
  const most = Math.max(1e-9, ...weights);
  const shown = all.value ? order : order.slice(0, FEW);
  const [first, second] = state.axes.value;
  const choose = (which: 0 | 1, dimension: number) =>
    state.setAxes(which === 0 ? [dimension, second] : [first, dimension]);
  const axisChoice = (which: 0 | 1) => (
    <label>
      {which === 0 ? "across" : "up"}{" "}
      <select
        value={state.axes.value[which]}
        onChange={(event) => choose(which, Number(event.currentTarget.value))}
      >
        {order.map((dimension) => (
          <option key={dimension} value={dimension} selected={dimension === state.axes.value[which]}>
            z{dimension + 1}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Card
      title="Dimensions"
      guide="6-pictures-and-latents"
      about={
        info.deterministic
          ? "Ordered by the variance of the codes."
          : "Ordered by KL from the prior: dimensions near 0 nats carry nothing."
      }
    >
      {info.latent > 2 && (
        <div class="axes">
          {axisChoice(0)}
          {axisChoice(1)}
        </div>
      )}
      <div class="dimensions">
        {shown.map((dimension) => (
          <label key={dimension} class="dimension">
            <span>z{dimension + 1}</span>
            <input
              type="range"
              min="-4"
              max="4"
              step="0.01"
              value={state.z.value[dimension]}
              aria-label={`latent dimension ${dimension + 1}`}
              onInput={(event) => state.setDimension(dimension, Number(event.currentTarget.value))}
            />
            <b title={info.deterministic ? "variance" : "KL in nats"}>
              <i style={{ width: `${(100 * weights[dimension]!) / most}%` }} />
              {weights[dimension]!.toFixed(2)}
            </b>
          </label>
        ))}
      </div>
      {order.length > FEW && (
        <button type="button" class="link" onClick={() => (all.value = !all.value)}>
          {all.value ? `only the first ${FEW}` : `all ${order.length}`}
        </button>
      )}
    </Card>
  );
}
