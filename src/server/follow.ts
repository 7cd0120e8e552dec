import { stat } from "node:fs/promises";
import { RunDirectory } from "../run/directory.ts";
import { filmMoments } from "./model-now.ts";

/** What changes in a run while it is being trained. */
type RunNews =
  | { readonly type: "history"; readonly entries: readonly object[] }
  | { readonly type: "model"; readonly version: string };

const PERIOD = 700;

/**
 * Reports entries of the history and new weights as they appear, beginning with all there are. It only reads, so that
 * a training does not notice.
 */
export async function* followRun(
  directory: string,
  signal: AbortSignal,
): AsyncGenerator<RunNews, void, void> {
  let reported = 0;
  let version = "";
  let seen = "";
  while (!signal.aborted) {
    const run = await RunDirectory.open(directory);
    const facts = await stamp(run.file("history"));
    if (facts !== seen) {
      seen = facts;
      const history = await run.readHistory();
      // A training that went back to a checkpoint has dropped entries.
      if (history.length < reported) reported = 0;
      if (history.length > reported) yield { type: "history", entries: history.slice(reported) };
      reported = history.length;
    }
    const now = await weightsVersion(run, directory);
    if (now !== version) {
      version = now;
      yield { type: "model", version };
    }
    await pause(PERIOD, signal);
  }
}

async function weightsVersion(run: RunDirectory, directory: string): Promise<string> {
  const model = await stamp(run.file("model"));
  const film = (await filmMoments(directory)).at(-1) ?? 0;
  const folder = await stamp(directory);
  return model === "" ? `${film} ${folder}` : model;
}

/** Size and time of a file; empty where there is none. */
async function stamp(path: string): Promise<string> {
  return stat(path).then(
    ({ size, mtimeMs }) => `${size} ${mtimeMs}`,
    () => "",
  );
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}
