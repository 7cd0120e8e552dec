import { Attributes, Dimensions, Interpolation, Legend, PointCard, Samples } from "../parts/cards.tsx";
import { Drawing } from "../parts/drawing.tsx";
import { Manifold } from "../parts/manifold.tsx";
import { Picture } from "../parts/picture.tsx";
import { Scatter } from "../parts/scatter.tsx";
import type { ExploreState } from "./state.ts";

/** The two big pictures, linked, and what is under the pointer. */
export function TwoPictures({ state }: { state: ExploreState }) {
  const { info } = state.model.value;
  const [first, second] = state.axes.value;
  const spread = info.latent === 2 ? "" : ` (z${first} across, z${second} up)`;
  return (
    <div class="two">
      <section class="panel" aria-label="Encoder">
        <header>
          <h2>Encoder</h2>
          <p class="about">
            Where it puts each example{spread}. Drag to walk, wheel to zoom, Shift and drag to pan.
          </p>
        </header>
        <Scatter state={state} />
        <footer>
          <Legend state={state} />
          <button type="button" class="quiet" onClick={() => state.fit()}>
            Show all
          </button>
        </footer>
      </section>
      <section class="panel" aria-label="Decoder">
        <header>
          <h2>Decoder</h2>
          <p class="about">What it makes of every place on the plane. The frame is where you are.</p>
        </header>
        <Manifold state={state} />
        <footer>
          <output class="where">
            z ={" "}
            {Array.from(
              info.latent <= 4 ? state.z.value : [state.z.value[first]!, state.z.value[second]!],
              (v) => v.toFixed(2),
            ).join(", ")}
          </output>
        </footer>
      </section>
      <aside class="here">
        <section class="card" aria-label="Decoding">
          <h2>Here</h2>
          <p class="about">The decoder's mean at the place where you are.</p>
          <Picture
            id="decoding"
            class="big"
            values={() => state.decoded.value}
            look={info}
            label="decoding of the place where you are"
          />
        </section>
        <PointCard state={state} />
      </aside>
    </div>
  );
}

export function Explorer({ state, withPictures = true }: { state: ExploreState; withPictures?: boolean }) {
  return (
    <>
      {withPictures && <TwoPictures state={state} />}
      <div class="cards">
        <Interpolation state={state} />
        <Drawing state={state} />
        <Dimensions state={state} />
        <Samples state={state} />
        <Attributes state={state} />
      </div>
    </>
  );
}
