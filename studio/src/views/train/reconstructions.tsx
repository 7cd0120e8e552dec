import { inputOf, meanOf } from "../../explore/explorable.ts";
import type { ExploreState } from "../../explore/state.ts";
import { Card } from "../../parts/card.tsx";
import { Picture } from "../../parts/picture.tsx";

const COMPARED = 10;

export function Reconstructions({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const examples = Array.from({ length: Math.min(COMPARED, model.points.count) }, (_, index) => index);
  return (
    <Card
      title="Reconstructions"
      about="Examples, and below each what comes back through the latent space."
      class="cards-wide"
      guide="6-pictures-and-latents"
    >
      <div class="recon">
        {examples.map((index) => (
          <div key={index}>
            <Picture
              class="tile"
              values={() => inputOf(state.model.value, index)}
              look={model.info}
              label={`example ${index}`}
            />
            <Picture
              class="tile"
              values={() => state.model.value.decode(meanOf(state.model.value, index))}
              look={model.info}
              label={`reconstruction of example ${index}`}
            />
          </div>
        ))}
      </div>
    </Card>
  );
}
