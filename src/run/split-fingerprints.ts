/** What the splits of a run's data are known by, so that data that changed since are noticed. */
import type { Dataset, SplitName } from "../data/dataset.ts";
import { fingerprint, labelsFingerprint } from "../data/fingerprint.ts";
import { SPLIT_NAMES } from "../data/splits.ts";
import type { RunConfig } from "./config.ts";

type Fingerprints = NonNullable<RunConfig["data"]["fingerprints"]>;

/** Of the splits that there are; the training rows have theirs beside. */
export async function fingerprintsOf(
  splits: Partial<Readonly<Record<SplitName, Dataset | undefined>>>,
): Promise<Fingerprints> {
  const found: Fingerprints = {};
  for (const name of SPLIT_NAMES) {
    const data = splits[name];
    if (!data) continue;
    const rows = name === "train" ? {} : { rows: await fingerprint(data) };
    const labels = data.labels ? { labels: await labelsFingerprint(data.labels) } : {};
    found[name] = { ...rows, ...labels };
  }
  return found;
}

interface SplitChange {
  readonly split: SplitName;
  readonly what: "rows" | "labels";
}

/**
 * What is not as it was when a run was trained. Runs of version 0.1 know their training rows only.
 * @param splits those that were opened
 */
export async function splitChanges(
  { fingerprint: trainRows, fingerprints }: RunConfig["data"],
  splits: Partial<Readonly<Record<SplitName, Dataset>>>,
): Promise<SplitChange[]> {
  const changes: SplitChange[] = [];
  for (const split of SPLIT_NAMES) {
    const data = splits[split];
    if (!data) continue;
    const known = fingerprints?.[split];
    const rows = split === "train" ? trainRows : known?.rows;
    if (rows !== undefined && rows !== (await fingerprint(data))) changes.push({ split, what: "rows" });
    const labels = data.labels && known ? await labelsFingerprint(data.labels) : undefined;
    if (known && labels !== known.labels) changes.push({ split, what: "labels" });
  }
  return changes;
}

const NAMES = { train: "training", validation: "validation", test: "test" } as const;

/** As `test rows and test labels`. */
export function changesText(changes: readonly SplitChange[]): string {
  return changes.map(({ split, what }) => `${NAMES[split]} ${what}`).join(" and ");
}
