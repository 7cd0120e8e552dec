import { normals } from "../explore/random.ts";
import type { ExploreState } from "../explore/state.ts";
import { Card } from "./card.tsx";
import { Picture } from "./picture.tsx";

const SAMPLES = 16;

export function Samples({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const { latent } = model.info;
  const draws = normals(state.seed.value, SAMPLES * latent);
  const points = Array.from({ length: SAMPLES }, (_, n) =>
    draws.slice(n * latent, (n + 1) * latent).map((value) => value * state.temperature.value),
  );
  return (
    <Card
      title="Samples"
      guide="one-page-to-explore-and-to-send"
      about="Draws from the prior, decoded. Temperature 0 is its centre."
    >
      <div class="grid" id="samples">
        {points.map((z, n) => (
          <button
            key={n}
            type="button"
            class="tile-button"
            aria-label={`go to sample ${n + 1}`}
            onClick={() => (state.z.value = z)}
          >
            <Picture
              class="tile"
              values={() => model.decode(z)}
              look={model.info}
              label={`sample ${n + 1}`}
            />
          </button>
        ))}
      </div>
      <label class="slider">
        <span>temperature {state.temperature.value.toFixed(2)}</span>
        <input
          type="range"
          min="0"
          max="2"
          step="0.05"
          value={state.temperature.value}
          onInput={(event) => (state.temperature.value = Number(event.currentTarget.value))}
        />
      </label>
      <div class="buttons">
        <button type="button" onClick={() => (state.seed.value += 1)}>
          Draw again
        </button>
      </div>
    </Card>
  );
}
