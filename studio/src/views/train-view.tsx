import { Explorer, TwoPictures } from "../explore/explorer.tsx";
import { Places } from "../parts/places.tsx";
import type { Trainer } from "../train/trainer.ts";
import { useTrainingAddress } from "../train/use-address.ts";
import { Controls } from "./train/controls.tsx";
import { Losses } from "./train/losses.tsx";
import { Reconstructions } from "./train/reconstructions.tsx";
import { Settings } from "./train/settings.tsx";

/** A training in this page: its settings, its course, and the space that it makes. */
export function TrainView({ trainer }: { trainer: Trainer }) {
  const { state, beside, problem, warnings } = trainer;
  useTrainingAddress(trainer);
  return (
    <>
      <Controls trainer={trainer} />
      {problem.value && (
        <p class="error" role="alert">
          {problem.value}
        </p>
      )}
      {state.value ? (
        <TwoPictures state={state.value} />
      ) : (
        <Places title="Watch an autoencoder learn">
          Press Train: the encoder scatters the examples over a plane, the decoder makes something of every
          place on it, and both move while the network learns. No data leave this page. The Story explains
          what you see.
        </Places>
      )}
      {warnings.value.length > 0 && (
        <section class="card cards-wide" aria-label="Warnings">
          <h2>The doctor's warnings</h2>
          <ul class="warnings">
            {warnings.value.map((message) => (
              <li key={message}>{message}</li>
            ))}
          </ul>
        </section>
      )}
      <Settings trainer={trainer} />
      <Losses trainer={trainer} />
      {state.value && <Reconstructions state={state.value} />}
      {beside.value && (
        <div class="cards-wide">
          <h2>A plain autoencoder beside it, on the same batches</h2>
          <p class="about">
            No KL holds its codes together: they spread, and between them lie places that decode to nothing.
          </p>
          <TwoPictures state={beside.value} id="beside-" />
        </div>
      )}
      {state.value && <Explorer state={state.value} withPictures={false} />}
    </>
  );
}
