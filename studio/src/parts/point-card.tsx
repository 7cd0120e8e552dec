import { inputOf, meanOf, neighboursOf } from "../explore/explorable.ts";
import type { ExploreState } from "../explore/state.ts";
import { Card, className } from "./card.tsx";
import { Picture } from "./picture.tsx";

/** The point under the pointer, or the one that was clicked: what it was, what comes back, who lies near it. */
export function PointCard({ state, id = "point" }: { state: ExploreState; id?: string }) {
  const model = state.model.value;
  const index = state.hover.value ?? state.chosen.value;
  const near = index === undefined ? [] : neighboursOf(model, index, 6);
  const label = index === undefined ? undefined : model.points.labels?.[index];
  return (
    <Card
      title={
        index === undefined
          ? "A point"
          : `Example ${index}${label === undefined || label < 0 ? "" : `, class ${className(state, label)}`}`
      }
      about="Point at an example on the plane: the ellipse is one standard deviation of its posterior."
      class="point"
    >
      {index === undefined ? (
        <p class="empty">No example is chosen.</p>
      ) : (
        <>
          <div class="pair">
            <figure>
              <Picture
                class="tile"
                values={() => inputOf(model, index)}
                look={model.info}
                label="input"
                id={`${id}-input`}
              />
              <figcaption>input</figcaption>
            </figure>
            <figure>
              <Picture
                class="tile"
                values={() => model.decode(meanOf(model, index))}
                look={model.info}
                label="reconstruction"
                id={`${id}-reconstruction`}
              />
              <figcaption>reconstruction</figcaption>
            </figure>
          </div>
          <p class="small">its nearest neighbours in latent space</p>
          <div class="strip">
            {near.map((other) => (
              <button
                key={other}
                type="button"
                class="tile-button"
                aria-label={`example ${other}`}
                onClick={() => {
                  state.chosen.value = other;
                  state.z.value = meanOf(model, other);
                }}
              >
                <Picture
                  class="tile"
                  values={() => inputOf(model, other)}
                  look={model.info}
                  label={`neighbour ${other}`}
                />
              </button>
            ))}
          </div>
        </>
      )}
    </Card>
  );
}
