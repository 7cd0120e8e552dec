import { spread, take } from "../data/dataset.ts";
import { packRun } from "../explorer/run-pack.ts";
import { lowestFirst } from "../numerics/statistics.ts";
import { openRunData } from "../tasks/open-data.ts";
import { modelNow } from "./model-now.ts";

const JUDGED = 5000;

export interface Anomaly {
  /** Among the examples that were judged, and in the split. */
  readonly index: number;
  readonly label: number | null;
  readonly name: string | null;
  /** Nats. */
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** Examples of the test split for which the model's ELBO is lowest, lowest first, and their pictures as a pack. */
export async function anomaliesOf(
  directory: string,
  count: number,
): Promise<{ anomalies: Anomaly[]; packed: Uint8Array<ArrayBuffer> }> {
  const run = await modelNow(directory);
  try {
    const { test } = await openRunData(run.config.data, undefined, ["test"]);
    const data = spread(test, JUDGED);
    const { perExample } = await run.vae.elbo(data, { seed: 0 });
    const { reconstruction, kl } = perExample;
    const elbo = Float64Array.from(reconstruction, (value, index) => value - kl[index]!);
    const lowest = lowestFirst(elbo).slice(0, count);
    const examples = take(data, lowest);
    const anomalies = lowest.map((index) => ({
      index: Math.floor((index * test.examples) / data.examples),
      label: data.labels?.[index] ?? null,
      name: data.names?.[index] ?? null,
      elbo: elbo[index]!,
      reconstruction: reconstruction[index]!,
      kl: kl[index]!,
    }));
    return { anomalies, packed: await packRun(run, examples, { points: count }) };
  } finally {
    await run.vae.dispose();
  }
}
