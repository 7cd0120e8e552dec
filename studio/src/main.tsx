import { signal } from "@preact/signals";
import { render } from "preact";
import { isolate } from "./isolate.ts";
import { type RunList, runList, takeToken } from "./server-api.ts";
import { readExperiment } from "./train/experiment-address.ts";
import { DEFAULT_EXPERIMENT } from "./train/protocol.ts";
import { Trainer } from "./train/trainer.ts";
import { RunView } from "./views/run-view.tsx";
import { RunsView } from "./views/runs-view.tsx";
import { StoryView } from "./views/story-view.tsx";
import { TrainView } from "./views/train-view.tsx";

type View = "explore" | "train" | "story" | "runs";

const view = signal<View>("explore");
const run = signal<string | undefined>(undefined);
const list = signal<RunList | undefined>(undefined);

const NAMES: Readonly<Record<View, string>> = {
  explore: "Explore",
  train: "Train",
  story: "Story",
  runs: "Runs",
};
const trainer = new Trainer();
const story = new Trainer();
story.experiment.value = { ...DEFAULT_EXPERIMENT, beside: true };

function App() {
  const known = list.value;
  const tabs: View[] = known
    ? [...(run.value ? (["explore"] as const) : []), "train", "story", "runs"]
    : ["train", "story"];
  const name = known?.runs.find(({ id }) => id === run.value)?.name;
  return (
    <main>
      <header class="bar">
        <h1>
          vaekit <span>studio</span>
        </h1>
        <nav class="tabs" aria-label="views">
          {tabs.map((each) => (
            <a
              key={each}
              href={`#view=${each}`}
              aria-current={view.value === each ? "page" : undefined}
              onClick={(event) => {
                event.preventDefault();
                go(each);
              }}
            >
              {each === "explore" && name ? `Explore ${name}` : NAMES[each]}
            </a>
          ))}
        </nav>
      </header>
      {view.value === "train" && <TrainView trainer={trainer} />}
      {view.value === "story" && <StoryView trainer={story} onTrain={() => go("train")} />}
      {view.value === "runs" && known && <RunsView list={known} onOpen={open} />}
      {view.value === "explore" && run.value && <RunView key={run.value} id={run.value} />}
    </main>
  );
}

function go(to: View): void {
  view.value = to;
  note();
}

async function open(id: string): Promise<void> {
  list.value = (await runList()) ?? list.value;
  run.value = id;
  history.replaceState(null, "", `#view=explore&run=${id}`);
  view.value = "explore";
}

/** Keeps view and run in the address. */
function note(): void {
  const found = new URLSearchParams(location.hash.slice(1));
  found.set("view", view.value);
  if (run.value) found.set("run", run.value);
  history.replaceState(null, "", `#${found}`);
}

async function start(): Promise<void> {
  if (await isolate()) return;
  takeToken();
  list.value = await runList();
  const found = new URLSearchParams(location.hash.slice(1));
  const ids = list.value?.runs.map(({ id }) => id) ?? [];
  const wanted = found.get("run") ?? list.value?.first ?? undefined;
  run.value = wanted !== undefined && ids.includes(wanted) ? wanted : undefined;
  const asked = found.get("view");
  const { experiment, step, changes } = readExperiment(location.hash);
  const linked = asked === "story" ? story : trainer;
  linked.experiment.value =
    asked === "story" ? { ...experiment, data: "mnist", latent: 2, beside: true } : experiment;
  if (asked === "story") view.value = "story";
  else if (asked === "train" || !list.value) view.value = "train";
  else view.value = asked === "runs" || run.value === undefined ? "runs" : "explore";
  note();
  render(<App />, document.getElementById("app")!);
  document.documentElement.dataset.ready = "yes";
  const isTraining = view.value === "train" || view.value === "story";
  if (isTraining && step !== undefined) linked.start({ until: step, changes });
}

void start();
