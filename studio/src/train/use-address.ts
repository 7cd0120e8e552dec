import { useEffect } from "preact/hooks";
import { writeExperiment } from "./experiment-address.ts";
import type { Trainer } from "./trainer.ts";

/** Keeps a training in the address while its view is shown, so that a link repeats it. */
export function useTrainingAddress(trainer: Trainer): void {
  const { phase, experiment, changes, iteration } = trainer;
  const isStill = phase.value === "paused" || phase.value === "idle";
  const step = isStill ? iteration.value : undefined;
  useEffect(() => {
    const found = new URLSearchParams(location.hash.slice(1));
    writeExperiment(found, {
      experiment: trainer.begun ?? experiment.value,
      step: step || undefined,
      changes: changes.value,
    });
    history.replaceState(null, "", `#${found}`);
  }, [experiment.value, changes.value, step]);
}
