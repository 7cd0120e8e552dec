import { useSignal } from "@preact/signals";
import type { ExploreState } from "../explore/state.ts";
import { Card } from "./card.tsx";
import { Picture } from "./picture.tsx";

const FRAMES = 9;

export function Interpolation({ state }: { state: ExploreState }) {
  const at = useSignal(0.5);
  const [from, to] = [state.from.value, state.to.value];
  const model = state.model.value;
  const mix = (t: number) => from!.map((value, d) => value + t * (to![d]! - value));
  const walk = (t: number) => {
    at.value = t;
    state.z.value = mix(t);
  };
  return (
    <Card
      title="Between two points"
      guide="one-page-to-explore-and-to-send"
      about="Mark two places, and walk the straight line between them."
    >
      <div class="buttons">
        <button type="button" id="set-a" onClick={() => (state.from.value = state.z.peek().slice())}>
          A is here
        </button>
        <button type="button" id="set-b" onClick={() => (state.to.value = state.z.peek().slice())}>
          B is here
        </button>
      </div>
      {from && to ? (
        <>
          <div class="strip" id="interpolation">
            {Array.from({ length: FRAMES }, (_, i) => i / (FRAMES - 1)).map((t) => (
              <button
                key={t}
                type="button"
                class="tile-button"
                aria-label={`${Math.round(100 * t)} % of the way`}
                onClick={() => walk(t)}
              >
                <Picture
                  class="tile"
                  values={() => model.decode(mix(t))}
                  look={model.info}
                  label={`decoding at ${t}`}
                />
              </button>
            ))}
          </div>
          <label class="slider">
            <span>from A to B</span>
            <input
              type="range"
              min="0"
              max="1"
              step="0.005"
              value={at.value}
              onInput={(event) => walk(Number(event.currentTarget.value))}
            />
          </label>
        </>
      ) : (
        <p class="empty">{from ? "Move on, and mark B." : "Drag on the plane, and mark A."}</p>
      )}
    </Card>
  );
}
