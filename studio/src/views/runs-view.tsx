import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { HistoryEntry } from "../../../src/run/history.ts";
import { COLOURS, Curves } from "../parts/curves.tsx";
import { openFolder, type RunList, runHistory, runList } from "../server-api.ts";

const PALETTE = [COLOURS.elbo, COLOURS.reconstruction, COLOURS.kl, COLOURS.other, "#7757c4", "#0f9bb0"];

/** All runs that the server knows; those that are ticked are compared. */
export function RunsView({ list, onOpen }: { list: RunList; onOpen: (id: string) => void }) {
  const runs = useSignal(list.runs);
  const chosen = useSignal<readonly string[]>(list.runs.slice(0, 3).map(({ id }) => id));
  const histories = useSignal<Readonly<Record<string, readonly HistoryEntry[]>>>({});
  const problem = useSignal("");
  const path = useSignal("");

  useEffect(() => {
    const again = setInterval(async () => {
      const now = await runList();
      if (now) runs.value = now.runs;
    }, 4000);
    return () => clearInterval(again);
  }, []);
  useEffect(() => {
    for (const id of chosen.value)
      if (!histories.value[id])
        runHistory(id).then(
          (history) => {
            histories.value = { ...histories.value, [id]: history };
          },
          () => {},
        );
  }, [chosen.value]);

  const toggle = (id: string) => {
    chosen.value = chosen.value.includes(id)
      ? chosen.value.filter((each) => each !== id)
      : [...chosen.value, id];
  };
  const compared = chosen.value.filter((id) => histories.value[id]);
  const entries = compared.map((id) => histories.value[id]!.filter(({ type }) => type === "log"));
  const x = [...new Set(entries.flatMap((each) => each.map(({ iteration }) => iteration)))].sort(
    (a, b) => a - b,
  );
  const curves = (name: "elbo" | "reconstruction" | "kl") =>
    compared.map((id, at) => {
      const found = new Map(entries[at]!.map((entry) => [entry.iteration, entry[name]]));
      return {
        label: runs.value.find((run) => run.id === id)?.name ?? id,
        colour: PALETTE[at % PALETTE.length]!,
        values: x.map((iteration) => found.get(iteration) ?? null),
      };
    });
  return (
    <>
      <section class="card" aria-label="Runs">
        <h2>Runs</h2>
        <p class="about">
          Trainings in these folders. Open one to walk through it; tick several to compare them.
        </p>
        <div class="table">
          <table>
            <thead>
              <tr>
                <th>compare</th>
                <th>run</th>
                <th>data</th>
                <th>values → latent</th>
                <th>likelihood</th>
                <th class="number">β</th>
                <th class="number">iterations</th>
                <th class="number">ELBO</th>
                <th class="number">reconstruction</th>
                <th class="number">KL</th>
                <th>state</th>
              </tr>
            </thead>
            <tbody>
              {runs.value.map((run) => (
                <tr key={run.id}>
                  <td>
                    <input
                      type="checkbox"
                      aria-label={`compare ${run.name}`}
                      checked={chosen.value.includes(run.id)}
                      onChange={() => toggle(run.id)}
                    />
                  </td>
                  <td>
                    <button type="button" class="link" onClick={() => onOpen(run.id)}>
                      {run.name}
                    </button>
                  </td>
                  <td>{run.data}</td>
                  <td>{run.sizes}</td>
                  <td>{run.deterministic ? `${run.likelihood}, autoencoder` : run.likelihood}</td>
                  <td class="number">{run.deterministic ? "" : run.beta}</td>
                  <td class="number">{run.iteration.toLocaleString("en")}</td>
                  <td class="number">{run.elbo?.toFixed(2)}</td>
                  <td class="number">{run.reconstruction?.toFixed(2)}</td>
                  <td class="number">{run.kl?.toFixed(2)}</td>
                  <td title={run.problem}>{run.state}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {runs.value.length === 0 && (
          <p class="empty">There are no runs here yet: vaekit train mnist makes one.</p>
        )}
        <form
          class="buttons"
          onSubmit={async (event) => {
            event.preventDefault();
            try {
              const id = await openFolder(path.value);
              problem.value = "";
              onOpen(id);
            } catch (error) {
              problem.value = (error as Error).message;
            }
          }}
        >
          <input
            type="text"
            aria-label="folder of another run"
            placeholder="folder of another run"
            value={path.value}
            onInput={(event) => (path.value = event.currentTarget.value)}
          />
          <button type="submit">Open</button>
        </form>
        {problem.value && (
          <p class="error" role="alert">
            {problem.value}
          </p>
        )}
      </section>
      <div class="curves cards">
        <Curves
          title="ELBO in training, nats an example"
          about="A lower bound of ln p(x): higher is better."
          x={x}
          curves={curves("elbo")}
        />
        <Curves
          title="Reconstruction"
          about="The expected ln p(x|z): how well inputs come back."
          x={x}
          curves={curves("reconstruction")}
        />
        <Curves
          title="KL from the prior"
          about="What the codes tell of their inputs, in nats."
          x={x}
          curves={curves("kl")}
        />
      </div>
    </>
  );
}
