import type { HistoryEntry } from "../../src/run/history.ts";
import type { Anomaly } from "../../src/server/anomalies.ts";
import type { RunSummary } from "../../src/server/runs.ts";

/** What the local server answers; every call says in a sentence why it failed. */
export interface RunList {
  readonly first: string | null;
  readonly runs: readonly RunSummary[];
}

async function ask(path: string, options: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, options);
  if (response.ok) return response;
  const { error = response.statusText } = await response.json().catch(() => ({}));
  throw new Error(error);
}

/** Undefined where the page has no server of vaekit's behind it. */
export async function runList(): Promise<RunList | undefined> {
  try {
    const response = await fetch("api/runs");
    if (!response.ok || !response.headers.get("content-type")?.includes("json")) return undefined;
    return await response.json();
  } catch {
    return undefined;
  }
}

export async function runPack(id: string, query: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const response = await ask(`api/runs/${id}/pack?${new URLSearchParams(query)}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function runHistory(id: string): Promise<HistoryEntry[]> {
  return (await ask(`api/runs/${id}/history`)).json();
}

export async function runAnomalies(id: string): Promise<{ anomalies: Anomaly[]; pack: string }> {
  return (await ask(`api/runs/${id}/anomalies`)).json();
}

export async function runFilm(id: string): Promise<number[]> {
  return (await ask(`api/runs/${id}/film`)).json();
}

export async function openFolder(path: string): Promise<string> {
  const response = await ask("api/open", {
    method: "POST",
    body: JSON.stringify({ path }),
    headers: { "content-type": "application/json", "x-vaekit-token": sessionStorage.getItem("token") ?? "" },
  });
  return (await response.json()).id;
}

/** Takes the token out of the address, so that it is not in a link that is sent on. */
export function takeToken(): void {
  const found = new URLSearchParams(location.hash.slice(1));
  const token = found.get("token");
  if (token === null) return;
  try {
    sessionStorage.setItem("token", token);
  } catch {
    // Storage is denied: only folders beside those listed cannot be opened then.
  }
  found.delete("token");
  history.replaceState(null, "", `#${found}`);
}
