import { FileFacts, numberText } from "../files/file-facts.ts";
import { readSafetensors, writeSafetensors } from "../files/safetensors-file.ts";
import type { WeightsLayout } from "../models/weights.ts";
import type { BestSoFar, Checkpoint } from "../train/checkpoint.ts";
import { TensorCollection, tensorsOf } from "./flat-tensors.ts";
import { requireChecksum, withChecksum } from "./tensor-checksum.ts";

const FORMAT = "vaekit checkpoint 1";

/** @throws {RunError} when the file cannot be written */
export async function writeCheckpoint(
  path: string,
  checkpoint: Checkpoint,
  layout: WeightsLayout,
): Promise<void> {
  const { iteration, parameters, moments, states, running, best } = checkpoint;
  const tensors = new Map([
    ...tensorsOf(layout.parameters, parameters, "parameters/"),
    ...moments.flatMap((moment, index) => tensorsOf(layout.parameters, moment, `moment${index}/`)),
    ...tensorsOf(layout.states, states, "states/"),
    ...(best?.parameters ? tensorsOf(layout.parameters, best.parameters, "best/parameters/") : []),
    ...(best?.states ? tensorsOf(layout.states, best.states, "best/states/") : []),
  ]);
  const numbers = {
    iteration,
    moments: moments.length,
    "running.reconstruction": running.reconstruction,
    "running.kl": running.kl,
    ...(running.bound !== undefined && { "running.bound": running.bound }),
    ...namedSums(PENALTY, running.penalties),
    ...namedSums(MEASURE, running.measures),
    "running.iterations": running.iterations,
    ...(best && {
      "best.iteration": best.iteration,
      "best.elbo": best.elbo,
      "best.age": best.age,
      "best.kept": best.parameters ? 1 : 0,
    }),
  };
  const metadata = new Map(Object.entries(numbers).map(([name, value]) => [name, numberText(value)]));
  metadata.set("format", FORMAT);
  await writeSafetensors(path, withChecksum({ tensors, metadata }));
}

/** Before the name of each penalty, and of each measure. */
const PENALTY = "running.penalty.";
const MEASURE = "running.measure.";

function namedSums(prefix: string, sums: Readonly<Record<string, number>> = {}): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [`${prefix}${name}`, sum]));
}

/** @throws {RunError} when the file is missing, damaged, or of a model with another layout */
export async function readCheckpoint(path: string, layout: WeightsLayout): Promise<Checkpoint> {
  const file = await readSafetensors(path);
  const facts = new FileFacts(path, file.metadata);
  facts.expect("format", FORMAT);
  requireChecksum(path, file);
  const tensors = new TensorCollection(path, file.tensors);
  const checkpoint = {
    iteration: facts.wholeNumber("iteration"),
    parameters: tensors.take(layout.parameters, "parameters/"),
    moments: Array.from({ length: Math.min(facts.wholeNumber("moments"), file.tensors.size) }, (_, index) =>
      tensors.take(layout.parameters, `moment${index}/`),
    ),
    states: tensors.take(layout.states, "states/"),
    running: {
      reconstruction: facts.number("running.reconstruction"),
      kl: facts.number("running.kl"),
      ...(facts.has("running.bound") && { bound: facts.number("running.bound") }),
      ...readSums("penalties", PENALTY, facts, file.metadata),
      ...readSums("measures", MEASURE, facts, file.metadata),
      iterations: facts.wholeNumber("running.iterations"),
    },
    ...(facts.has("best.iteration") && { best: readBest(facts, tensors, layout) }),
  };
  tensors.assertEmpty();
  return checkpoint;
}

/** The running sums of one kind, by their names. */
function readSums(
  kind: "penalties" | "measures",
  prefix: string,
  facts: FileFacts,
  metadata: ReadonlyMap<string, string>,
): Pick<Checkpoint["running"], typeof kind> {
  const names = [...metadata.keys()].filter((name) => name.startsWith(prefix));
  if (names.length === 0) return {};
  return { [kind]: Object.fromEntries(names.map((name) => [name.slice(prefix.length), facts.number(name)])) };
}

function readBest(facts: FileFacts, tensors: TensorCollection, layout: WeightsLayout): BestSoFar {
  return {
    iteration: facts.wholeNumber("best.iteration"),
    elbo: facts.number("best.elbo"),
    age: facts.wholeNumber("best.age"),
    ...(facts.number("best.kept") === 1 && {
      parameters: tensors.take(layout.parameters, "best/parameters/"),
      states: tensors.take(layout.states, "best/states/"),
    }),
  };
}
