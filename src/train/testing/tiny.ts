import { uniform } from "../../../test/reference/random.ts";
import { type Dataset, dataset } from "../../data/dataset.ts";
import { VAE } from "../../vae/vae.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { TrainingEvent } from "../events.ts";

/** Pictures of one bright row each, 4 × 4 pixels in bytes, with the row as label. */
export function stripes(examples = 64, seed = 1): Dataset {
  const next = uniform(seed);
  const labels = Uint8Array.from({ length: examples }, (_, index) => index % 4);
  const rows = Uint8Array.from({ length: examples * 16 }, (_, index) => {
    const bright = Math.floor((index % 16) / 4) === labels[Math.floor(index / 16)]!;
    return Math.floor((bright ? 200 : 0) + 55 * next());
  });
  return dataset(rows, { shape: [4, 4, 1], labels, name: "stripes" });
}

const TINY = { batchSize: 16, keepProbability: 0.9, l2: 1e-4 } as const;

export function tinyVae(hyperparameters = {}): VAE {
  return new VAE([16, 12, 2], { ...TINY, ...hyperparameters });
}

/** Trains to the end and keeps what happened; checkpoints are copied out of live memory. */
export async function collect(events: AsyncIterable<TrainingEvent>) {
  const all: TrainingEvent[] = [];
  for await (const event of events)
    all.push(event.type === "checkpoint" ? { ...event, checkpoint: copy(event.checkpoint) } : event);
  return {
    all,
    of: <T extends TrainingEvent["type"]>(type: T) =>
      all.filter((event): event is Extract<TrainingEvent, { type: T }> => event.type === type),
  };
}

export function copy(checkpoint: Checkpoint): Checkpoint {
  return {
    ...checkpoint,
    parameters: checkpoint.parameters.slice(),
    states: checkpoint.states.slice(),
    moments: checkpoint.moments.map((moment) => moment.slice()),
  };
}
