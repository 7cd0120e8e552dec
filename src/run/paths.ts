/** Names of a run's files. */
export const RUN_FILES = {
  config: "config.json",
  model: "model.safetensors",
  encoder: "encoder.onnx",
  decoder: "decoder.onnx",
  /** Only where the prior is not standard normal. */
  prior: "prior.onnx",
  /** The prior that was fitted to codes after training. */
  codePrior: "code-prior.safetensors",
  history: "history.jsonl",
  failure: "failure.json",
  evaluation: "evaluation.json",
  doctor: "doctor.json",
  film: "film",
  plots: "plots",
  report: "report.html",
  lock: "training.lock",
  checksums: "checksums.jsonl",
} as const;

/** Files whose checksums stand in `checksums.jsonl`, beside pictures. */
export const CHECKED_FILES: readonly string[] = [
  RUN_FILES.config,
  RUN_FILES.model,
  RUN_FILES.encoder,
  RUN_FILES.decoder,
  RUN_FILES.prior,
  RUN_FILES.history,
  RUN_FILES.failure,
  RUN_FILES.evaluation,
  RUN_FILES.doctor,
  RUN_FILES.report,
];

const CHECKPOINT = /^checkpoint-(\d{8,})\.safetensors$/;
const EVENTS = /^events\.out\.tfevents\.(\d{8,})\.vaekit$/;

export function checkpointName(iteration: number): string {
  return `checkpoint-${digits(iteration)}.safetensors`;
}

/** @returns the iteration in a checkpoint's name; undefined for other files */
export function checkpointIteration(name: string): number | undefined {
  return iterationIn(CHECKPOINT, name);
}

/** @param iteration after which the file's events begin; TensorBoard reads files in the order of their names */
export function eventsName(iteration: number): string {
  return `events.out.tfevents.${digits(iteration)}.vaekit`;
}

/** @returns the iteration in the name of a file of events; undefined for other files */
export function eventsIteration(name: string): number | undefined {
  return iterationIn(EVENTS, name);
}

/** Whether vaekit makes files of this name in a run's folder. */
export function belongsToRun(name: string): boolean {
  const named: readonly string[] = Object.values(RUN_FILES);
  return named.includes(name) || CHECKPOINT.test(name) || name.startsWith("events.out.tfevents");
}

function digits(iteration: number): string {
  return String(iteration).padStart(8, "0");
}

function iterationIn(pattern: RegExp, name: string): number | undefined {
  const found = pattern.exec(name)?.[1];
  return found === undefined ? undefined : Number(found);
}
