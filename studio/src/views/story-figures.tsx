import { inputOf, meanOf } from "../explore/explorable.ts";
import { normals } from "../explore/random.ts";
import type { ExploreState } from "../explore/state.ts";
import { COLOURS, Curves } from "../parts/curves.tsx";
import { Manifold } from "../parts/manifold.tsx";
import { Picture } from "../parts/picture.tsx";
import { Scatter } from "../parts/scatter.tsx";
import type { Trainer } from "../train/trainer.ts";

const INPUTS = 20;
const DRAWS = 8;

export function Inputs({ state }: { state: ExploreState }) {
  const model = state.model.value;
  return (
    <div class="recon">
      {Array.from({ length: Math.min(INPUTS, model.points.count) }, (_, index) => (
        <button
          key={index}
          type="button"
          class="tile-button"
          aria-pressed={state.chosen.value === index}
          aria-label={`follow example ${index}`}
          onClick={() => {
            state.chosen.value = index;
          }}
        >
          <Picture
            class="tile"
            values={() => inputOf(state.model.value, index)}
            look={model.info}
            label={`example ${index}`}
          />
        </button>
      ))}
    </div>
  );
}

export function Draws({ state }: { state: ExploreState }) {
  const { info } = state.model.value;
  const index = state.chosen.value ?? 0;
  const draw = (at: number) => {
    const model = state.model.value;
    const noise = normals(at + 1, info.latent);
    const z = meanOf(model, index).map((mean, d) => {
      const logVariance = model.points.logVariance?.[index * info.latent + d];
      return logVariance === undefined ? mean : mean + Math.exp(0.5 * logVariance) * noise[d]!;
    });
    return model.decode(z);
  };
  return (
    <div class="sides">
      <Scatter state={state} />
      <div class="draws">
        <Picture
          class="tile"
          values={() => inputOf(state.model.value, index)}
          look={info}
          label="the example that is followed"
        />
        {Array.from({ length: DRAWS }, (_, at) => (
          <Picture key={at} class="tile" values={() => draw(at)} look={info} label={`draw ${at + 1}`} />
        ))}
      </div>
    </div>
  );
}

export function Decoder({ state }: { state: ExploreState }) {
  return (
    <div class="sides">
      <Manifold state={state} />
      <Picture
        class="big"
        values={() => state.decoded.value}
        look={state.model.value.info}
        label="decoding of the place where you are"
      />
    </div>
  );
}

export function Losses({ trainer }: { trainer: Trainer }) {
  const losses = trainer.losses.value;
  const x = losses.map(({ iteration }) => iteration);
  const [reconstruction, kl] = [losses.map((each) => each.reconstruction), losses.map((each) => each.kl)];
  return (
    <div class="curves">
      <Curves
        title="Reconstruction, nats"
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.reconstruction, values: reconstruction }]}
      />
      <Curves
        title="KL, nats"
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.kl, values: kl }]}
      />
    </div>
  );
}

export function Beta({ trainer }: { trainer: Trainer }) {
  const { beta } = trainer.experiment.value;
  return (
    <div class="buttons">
      {[0, 0.1, 1, 4, 20].map((value) => (
        <button
          key={value}
          type="button"
          class={value === beta ? "primary" : ""}
          aria-pressed={value === beta}
          onClick={() => trainer.change({ ...trainer.experiment.value, beta: value })}
        >
          β = {value}
        </button>
      ))}
    </div>
  );
}
