import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { inputOf, meanOf } from "../explore/explorable.ts";
import { Explorer, TwoPictures } from "../explore/explorer.tsx";
import type { ExploreState } from "../explore/state.ts";
import { Card } from "../parts/cards.tsx";
import { COLOURS, Curves } from "../parts/curves.tsx";
import { Picture } from "../parts/picture.tsx";
import { LIKELIHOODS, writeExperiment } from "../train/experiment-address.ts";
import type { Experiment } from "../train/protocol.ts";
import { saveFilm } from "../train/save-film.ts";
import type { Trainer } from "../train/trainer.ts";

/** A training in this page: its settings, its course, and the space that it makes. */
export function TrainView({ trainer }: { trainer: Trainer }) {
  const { phase, state, beside, problem, warnings } = trainer;
  useEffect(() => {
    const found = new URLSearchParams(location.hash.slice(1));
    const isStill = phase.value === "paused" || phase.value === "idle";
    writeExperiment(found, trainer.experiment.value, isStill ? trainer.iteration.value : undefined);
    history.replaceState(null, "", `#${found}`);
  }, [trainer.experiment.value, phase.value]);
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
        <section class="card intro">
          <h2>Watch an autoencoder learn</h2>
          <p class="about">
            Press Train: the encoder scatters the examples over a plane, the decoder makes something of every
            place on it, and both pictures move while the network learns. Everything happens in this page; no
            data leave it.
          </p>
        </section>
      )}
      {warnings.value.length > 0 && (
        <section class="card cards-wide" aria-label="Warnings">
          <h2>Worth knowing</h2>
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
          <TwoPictures state={beside.value} />
        </div>
      )}
      {state.value && <Explorer state={state.value} withPictures={false} />}
    </>
  );
}

function Controls({ trainer }: { trainer: Trainer }) {
  const { phase, iteration, speed, moments, shown } = trainer;
  const kept = moments.value;
  const isBusy = phase.value === "training" || phase.value === "loading";
  return (
    <div class="controls">
      {phase.value === "idle" || phase.value === "failed" ? (
        <button type="button" class="primary" id="start" onClick={() => trainer.start()}>
          Train
        </button>
      ) : isBusy ? (
        <button type="button" class="primary" id="pause" onClick={() => trainer.pause()}>
          Pause
        </button>
      ) : (
        <button type="button" class="primary" id="resume" onClick={() => trainer.resume()}>
          Resume
        </button>
      )}
      <button type="button" id="step" disabled={phase.value !== "paused"} onClick={() => trainer.step()}>
        Step
      </button>
      <button type="button" id="reset" disabled={phase.value === "idle"} onClick={() => trainer.reset()}>
        Reset
      </button>
      <button
        type="button"
        id="film"
        disabled={phase.value !== "paused" || kept.length < 2}
        onClick={() => {
          saveFilm(trainer).catch((error: Error) => {
            trainer.problem.value = error.message;
          });
        }}
      >
        Save film
      </button>
      <label class="time">
        <output id="iteration" data-elbo={trainer.losses.value.at(-1)?.elbo}>
          iteration{" "}
          {(shown.value === undefined ? iteration.value : kept[shown.value]!.iteration).toLocaleString("en")}
        </output>
        <input
          type="range"
          id="moment"
          min="0"
          max={Math.max(1, kept.length)}
          step="1"
          disabled={kept.length < 2}
          aria-label="moment of the training, in logarithmic time"
          value={shown.value ?? kept.length}
          onInput={(event) => {
            const index = Number(event.currentTarget.value);
            trainer.show(index >= kept.length ? undefined : index);
          }}
        />
        <span>{shown.value === undefined ? "now" : "then"}</span>
      </label>
      <span class="status" aria-live="off">
        {phase.value === "loading" && "loading the engine …"}
        {phase.value === "training" && `${speed.value.toFixed(0)} iterations a second`}
        {phase.value === "paused" && "paused"}
      </span>
    </div>
  );
}

function Settings({ trainer }: { trainer: Trainer }) {
  const over = useSignal(false);
  const experiment = trainer.experiment.value;
  const isUnderWay = trainer.phase.value !== "idle" && trainer.phase.value !== "failed";
  const set = (part: Partial<Experiment>) => trainer.change({ ...trainer.experiment.value, ...part });
  const number = (
    name: keyof Experiment & ("latent" | "beta" | "learningRate" | "keepProbability" | "batchSize" | "seed"),
    label: string,
    range: { min: number; max: number; step: number | "any" },
    isLive = false,
  ) => (
    <label>
      {label}
      <input
        type="number"
        name={name}
        {...range}
        value={experiment[name]}
        disabled={isUnderWay && !isLive}
        onChange={(event) => {
          const value = event.currentTarget.valueAsNumber;
          if (value >= range.min && value <= range.max) set({ [name]: value });
          else event.currentTarget.value = String(experiment[name]);
        }}
      />
    </label>
  );
  const takeFiles = (files: FileList | null | undefined) => {
    if (!files || files.length === 0) return;
    trainer.files = [...files];
    trainer.change({ ...trainer.experiment.value, data: "file", likelihood: "auto" });
    trainer.start();
  };
  return (
    <Card
      title="Experiment"
      about="β and the learning rate may be changed while it trains; the rest takes effect with Reset. The address repeats the experiment."
      class="cards-wide"
    >
      <div class="settings">
        <label>
          data
          <select
            name="data"
            value={experiment.data}
            disabled={isUnderWay}
            onChange={(event) => set({ data: event.currentTarget.value as Experiment["data"] })}
          >
            <option value="mnist">MNIST, 10,000 digits</option>
            <option value="sprites">sprites</option>
            {trainer.files.length > 0 && <option value="file">{trainer.files[0]!.name}</option>}
          </select>
        </label>
        <label>
          hidden layers
          <input
            type="text"
            name="hidden"
            value={experiment.hidden.join(", ")}
            disabled={isUnderWay}
            onChange={(event) => {
              const hidden = event.currentTarget.value
                .split(/[\s,]+/)
                .filter(Boolean)
                .map(Number);
              const isRight = hidden.every((units) => Number.isInteger(units) && units >= 1 && units <= 4096);
              if (isRight && hidden.length > 0) set({ hidden });
              else event.currentTarget.value = experiment.hidden.join(", ");
            }}
          />
        </label>
        {number("latent", "latent dimensions", { min: 1, max: 256, step: 1 })}
        <label>
          likelihood
          <select
            name="likelihood"
            value={experiment.likelihood}
            disabled={isUnderWay}
            onChange={(event) => set({ likelihood: event.currentTarget.value as Experiment["likelihood"] })}
          >
            {LIKELIHOODS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        {number("beta", "β, weight of the KL", { min: 0, max: 1000, step: "any" }, true)}
        {number("learningRate", "learning rate", { min: 1e-7, max: 1, step: "any" }, true)}
        {number("keepProbability", "keep-probability", { min: 0.05, max: 1, step: "any" })}
        {number("batchSize", "batch", { min: 1, max: 4096, step: 1 })}
        {number("seed", "seed", { min: 0, max: 2 ** 31, step: 1 })}
        <label class="field check">
          autoencoder beside it
          <input
            type="checkbox"
            name="beside"
            checked={experiment.beside}
            disabled={isUnderWay}
            onChange={(event) => set({ beside: event.currentTarget.checked })}
          />
        </label>
      </div>
      <fieldset
        class={over.value ? "drop over" : "drop"}
        id="drop"
        onDragOver={(event) => {
          event.preventDefault();
          over.value = true;
        }}
        onDragLeave={() => (over.value = false)}
        onDrop={(event) => {
          event.preventDefault();
          over.value = false;
          takeFiles(event.dataTransfer?.files);
        }}
      >
        Drop a CSV, Parquet, NPY, NPZ or IDX file here, or pictures, to train on them. They stay in this page.{" "}
        <input
          type="file"
          multiple
          aria-label="files to train on"
          onChange={(event) => takeFiles(event.currentTarget.files)}
        />
      </fieldset>
    </Card>
  );
}

function Losses({ trainer }: { trainer: Trainer }) {
  const losses = trainer.losses.value;
  const x = losses.map(({ iteration }) => iteration);
  const besides = losses.some(({ besideReconstruction }) => besideReconstruction !== undefined);
  return (
    <div class="curves cards">
      <Curves
        title="ELBO, nats an example"
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.elbo, values: losses.map(({ elbo }) => elbo) }]}
      />
      <Curves
        title="Reconstruction"
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
        logarithmic
        x={x}
        curves={[{ label: "batch", colour: COLOURS.kl, values: losses.map(({ kl }) => kl) }]}
      />
    </div>
  );
}

const COMPARED = 10;

function Reconstructions({ state }: { state: ExploreState }) {
  const model = state.model.value;
  const examples = Array.from({ length: Math.min(COMPARED, model.points.count) }, (_, index) => index);
  return (
    <Card
      title="Reconstructions"
      about="Examples, and below each what comes back through the latent space."
      class="cards-wide"
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
