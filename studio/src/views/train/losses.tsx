import { COLOURS, Curves } from "../../parts/curves.tsx";
import type { Trainer } from "../../train/trainer.ts";

/** What the training maximises, and its terms. */
export function Losses({ trainer }: { trainer: Trainer }) {
  const losses = trainer.losses.value;
  const x = losses.map(({ iteration }) => iteration);
  const besides = losses.some(({ besideReconstruction }) => besideReconstruction !== undefined);
  return (
    <div class="curves cards">
      <Curves
        title="ELBO, nats an example"
        about="A lower bound of ln p(x): the reconstruction less the KL."
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.elbo, values: losses.map(({ elbo }) => elbo) }]}
      />
      <Curves
        title="Reconstruction"
        about="The expected ln p(x|z): how well inputs come back."
        logarithmic
        x={x}
        curves={[
          {
            label: "VAE",
            colour: COLOURS.reconstruction,
            values: losses.map(({ reconstruction }) => reconstruction),
          },
          ...(besides
            ? [
                {
                  label: "autoencoder",
                  colour: COLOURS.other,
                  values: losses.map(({ besideReconstruction = null }) => besideReconstruction),
                },
              ]
            : []),
        ]}
      />
      <Curves
        title="KL from the prior"
        about="What the codes tell of their inputs, in nats."
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.kl, values: losses.map(({ kl }) => kl) }]}
      />
    </div>
  );
}
