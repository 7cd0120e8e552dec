import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HistoryEntry } from "../../../src/run/history.ts";
import { bindAddress } from "../explore/address.ts";
import { explorableOf, inputOf } from "../explore/explorable.ts";
import { Explorer } from "../explore/explorer.tsx";
import { ExploreState } from "../explore/state.ts";
import { COLOURS, Curves } from "../parts/curves.tsx";
import { Picture } from "../parts/picture.tsx";
import { Places } from "../parts/places.tsx";
import { runAnomalies, runFilm, runPack } from "../server-api.ts";

/** A run of the server: its latent space, its course, and while it is being trained, both as they change. */
export function RunView({ id }: { id: string }) {
  const state = useSignal<ExploreState | undefined>(undefined);
  const history = useSignal<readonly HistoryEntry[]>([]);
  const problem = useSignal("");
  const moments = useSignal<readonly number[]>([]);
  const moment = useSignal<number | undefined>(undefined);

  useEffect(() => {
    let isOver = false;
    let unbind = () => {};
    const load = async (iteration?: number) => {
      try {
        const packed = await runPack(id, iteration === undefined ? {} : { iteration: String(iteration) });
        if (isOver) return;
        const model = explorableOf(packed);
        if (state.value) state.value.show(model);
        else {
          state.value = new ExploreState(model);
          unbind = bindAddress(state.value);
        }
        problem.value = "";
        moments.value = await runFilm(id);
      } catch (error) {
        if (!isOver) problem.value = (error as Error).message;
      }
    };
    loadMoment = load;
    const events = new EventSource(`api/runs/${id}/events`);
    let isLoading = false;
    events.addEventListener("history", (event) => {
      const { entries } = JSON.parse(event.data) as { entries: HistoryEntry[] };
      const first = entries[0]?.iteration ?? 0;
      history.value = [...history.value.filter(({ iteration }) => iteration < first), ...entries];
    });
    events.addEventListener("model", async () => {
      if (isLoading || moment.peek() !== undefined) return;
      isLoading = true;
      await load();
      isLoading = false;
    });
    return () => {
      isOver = true;
      events.close();
      unbind();
    };
  }, [id]);

  return (
    <>
      {problem.value && (
        <p class="error" role="alert">
          {problem.value}
        </p>
      )}
      {moments.value.length > 1 && (
        <div class="controls">
          <label class="time">
            <output>
              iteration {(moment.value ?? state.value?.model.value.info.iteration ?? 0).toLocaleString("en")}
            </output>
            <input
              type="range"
              min="0"
              max={moments.value.length - 1}
              step="1"
              aria-label="moment of the training, in logarithmic time"
              value={
                moment.value === undefined ? moments.value.length - 1 : moments.value.indexOf(moment.value)
              }
              onInput={(event) => {
                const index = Number(event.currentTarget.value);
                moment.value = moments.value[index];
                void loadMoment(moments.value[index]);
              }}
            />
            <span>logarithmic time</span>
          </label>
        </div>
      )}
      {state.value ? (
        <Explorer state={state.value} />
      ) : (
        !problem.value && (
          <Places title="One moment">The model is being read, and examples are being encoded …</Places>
        )
      )}
      <History entries={history.value} />
      <Anomalies id={id} />
    </>
  );
}

let loadMoment: (iteration?: number) => Promise<void> = async () => {};

function History({ entries }: { entries: readonly HistoryEntry[] }) {
  const x = [...new Set(entries.map(({ iteration }) => iteration))].sort((a, b) => a - b);
  const series = (type: "log" | "validation", name: "elbo" | "reconstruction" | "kl") => {
    const found = new Map(
      entries.filter((each) => each.type === type).map((each) => [each.iteration, each[name]]),
    );
    return x.map((iteration) => found.get(iteration) ?? null);
  };
  return (
    <div class="curves cards">
      <Curves
        title="ELBO, nats an example"
        about="A lower bound of ln p(x): the reconstruction less the KL."
        x={x}
        curves={[
          { label: "training", colour: COLOURS.elbo, values: series("log", "elbo") },
          { label: "validation", colour: COLOURS.other, values: series("validation", "elbo"), dashed: true },
        ]}
      />
      <Curves
        title="Reconstruction"
        about="The expected ln p(x|z): how well inputs come back."
        x={x}
        curves={[
          { label: "training", colour: COLOURS.reconstruction, values: series("log", "reconstruction") },
        ]}
      />
      <Curves
        title="KL from the prior"
        about="What the codes tell of their inputs, in nats."
        x={x}
        curves={[{ label: "training", colour: COLOURS.kl, values: series("log", "kl") }]}
      />
    </div>
  );
}

/** Examples that the model accounts for worst. */
function Anomalies({ id }: { id: string }) {
  const found = useSignal<Awaited<ReturnType<typeof runAnomalies>> | undefined>(undefined);
  const problem = useSignal("");
  const isBusy = useSignal(false);
  const look = async () => {
    isBusy.value = true;
    try {
      found.value = await runAnomalies(id);
    } catch (error) {
      problem.value = (error as Error).message;
    }
    isBusy.value = false;
  };
  const model = found.value && explorableOf(Uint8Array.from(atob(found.value.pack), (c) => c.charCodeAt(0)));
  return (
    <section class="card cards-wide" aria-label="Anomalies">
      <h2>Anomalies</h2>
      <p class="about">
        Test examples with the lowest ELBO, lowest first: those the model accounts for worst.
      </p>
      {problem.value && <p class="error">{problem.value}</p>}
      {model ? (
        <div class="anomalies">
          {found.value!.anomalies.map(({ index, label, name, elbo }, at) => (
            <figure key={index}>
              <div class="pair">
                <Picture
                  class="tile"
                  values={() => inputOf(model, at)}
                  look={model.info}
                  label={`example ${index}`}
                />
                <Picture
                  class="tile"
                  values={() =>
                    model.decode(
                      model.points.mean.slice(at * model.info.latent, (at + 1) * model.info.latent),
                    )
                  }
                  look={model.info}
                  label="its reconstruction"
                />
              </div>
              <figcaption>
                {name ?? `example ${index}`}
                {label !== null && `, ${model.info.labelNames?.[label] ?? label}`}: {elbo.toFixed(1)}
              </figcaption>
            </figure>
          ))}
        </div>
      ) : (
        <div class="buttons">
          <button type="button" disabled={isBusy.value} onClick={look}>
            {isBusy.value ? "Judging …" : "Judge the test examples"}
          </button>
        </div>
      )}
    </section>
  );
}
