import { useSignal } from "@preact/signals";
import { type FilmFormat, saveFilm } from "../../train/save-film.ts";
import type { Trainer } from "../../train/trainer.ts";

/** Start, pause and time; what can be saved; how fast it is. */
export function Controls({ trainer }: { trainer: Trainer }) {
  const { phase, iteration, speed, moments, shown, engine, evaluated } = trainer;
  const filmed = useSignal<number | undefined>(undefined);
  const kept = moments.value;
  const isBusy = phase.value === "training" || phase.value === "loading";
  const isPaused = phase.value === "paused";
  const [name, id, action] =
    phase.value === "idle" || phase.value === "failed"
      ? (["Train", "start", () => trainer.start()] as const)
      : isBusy
        ? (["Pause", "pause", () => trainer.pause()] as const)
        : (["Resume", "resume", () => trainer.resume()] as const);
  const film = async (format: FilmFormat) => {
    try {
      filmed.value = 0;
      await saveFilm(trainer, format, (share) => (filmed.value = share));
    } catch (error) {
      trainer.problem.value = (error as Error).message;
    }
    filmed.value = undefined;
  };
  const canFilm = isPaused && kept.length > 1 && filmed.value === undefined;
  return (
    <div class="controls">
      <button type="button" class="primary" id={id} onClick={action}>
        {name}
      </button>
      <button type="button" id="step" disabled={!isPaused} onClick={() => trainer.step()}>
        Step
      </button>
      <button type="button" id="reset" disabled={phase.value === "idle"} onClick={() => trainer.reset()}>
        Reset
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
        <span class="then">{shown.value === undefined ? "now" : "then"}</span>
      </label>
      <span class="status" aria-live="off" id="status" data-examples={trainer.examples.value}>
        {phase.value === "loading" && "loading the engine …"}
        {phase.value === "training" && `${speed.value.toFixed(0)} iterations a second ${engine.value}`}
        {isPaused && filmed.value === undefined && "paused"}
        {filmed.value !== undefined && `filming: ${Math.round(100 * filmed.value)} %`}
      </span>
      <fieldset class="saves">
        <legend class="hidden">What can be saved</legend>
        <button type="button" id="film-gif" disabled={!canFilm} onClick={() => film("gif")}>
          Film as GIF
        </button>
        <button type="button" id="film-webm" disabled={!canFilm} onClick={() => film("webm")}>
          WebM
        </button>
        <button type="button" id="save" disabled={!isPaused} onClick={() => trainer.save()}>
          Save model
        </button>
        <button type="button" id="evaluate" disabled={!isPaused} onClick={() => trainer.evaluate()}>
          Evaluate
        </button>
        <output id="evaluation" class="small">
          {evaluated.value &&
            `ELBO ${evaluated.value.elbo.toFixed(2)} = ${evaluated.value.reconstruction.toFixed(2)} − ${evaluated.value.kl.toFixed(2)} nats, of ${evaluated.value.examples.toLocaleString("en")} examples, after iteration ${evaluated.value.iteration.toLocaleString("en")}`}
        </output>
      </fieldset>
    </div>
  );
}
