import { Attributes } from "../parts/attributes.tsx";
import { GuideLink } from "../parts/card.tsx";
import { Dimensions } from "../parts/dimensions.tsx";
import { savePicture } from "../parts/download.ts";
import { Drawing } from "../parts/drawing.tsx";
import { Interpolation } from "../parts/interpolation.tsx";
import { Legend } from "../parts/legend.tsx";
import { Manifold } from "../parts/manifold.tsx";
import { Picture } from "../parts/picture.tsx";
import { PointCard } from "../parts/point-card.tsx";
import { Samples } from "../parts/samples.tsx";
import { Scatter } from "../parts/scatter.tsx";
import type { ExploreState } from "./state.ts";

/**
 * The two big pictures, linked, and what is under the pointer.
 * @param id begins the ids of its canvases, where a page has it more than once
 */
export function TwoPictures({ state, id = "" }: { state: ExploreState; id?: string }) {
  const { info } = state.model.value;
  const [first, second] = state.axes.value;
  const spread = info.latent === 2 ? "" : ` (z${first + 1} across, z${second + 1} up)`;
  return (
    <div class="two">
      <section class="panel" aria-label="Encoder">
        <header>
          <h2>Encoder</h2>
          <p class="about">
            Where it puts each example{spread}. Drag to walk, wheel to zoom, Shift and drag to pan.{" "}
            <GuideLink section="one-page-to-explore-and-to-send" title="the encoder" />
          </p>
        </header>
        <Scatter state={state} id={`${id}plane`} />
        <footer>
          <Legend state={state} />
          <span>
            <PictureButton canvas={`${id}plane`} name="encoder" />
            <button type="button" class="quiet" onClick={() => state.fit()}>
              Show all
            </button>
          </span>
        </footer>
      </section>
      <section class="panel" aria-label="Decoder">
        <header>
          <h2>Decoder</h2>
          <p class="about">
            What it makes of every place on the plane. The frame is where you are.{" "}
            <GuideLink section="one-page-to-explore-and-to-send" title="the decoder" />
          </p>
        </header>
        <Manifold state={state} id={`${id}manifold`} />
        <footer>
          <output class="where">
            z ={" "}
            {Array.from(
              info.latent <= 4 ? state.z.value : [state.z.value[first]!, state.z.value[second]!],
              (v) => v.toFixed(2),
            ).join(", ")}
          </output>
          <PictureButton canvas={`${id}manifold`} name="decoder" />
        </footer>
      </section>
      <aside class="here">
        <section class="card" aria-label="Decoding">
          <h2>Here</h2>
          <p class="about">The decoder's mean at the place where you are.</p>
          <Picture
            id={`${id}decoding`}
            class="big"
            values={() => state.decoded.value}
            look={info}
            label="decoding of the place where you are"
          />
        </section>
        <PointCard state={state} id={`${id}point`} />
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

function PictureButton({ canvas, name }: { canvas: string; name: string }) {
  return (
    <button
      type="button"
      class="quiet"
      aria-label={`save the ${name}'s picture as PNG`}
      onClick={() => savePicture(canvas, name)}
    >
      PNG
    </button>
  );
}
