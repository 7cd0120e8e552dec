import type { Command } from "./command.ts";

/** What the overview of all commands needs; the command itself is loaded when it is called. */
interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "train",
    summary: "train a model, and keep everything about it in a run directory",
    load: async () => (await import("./commands/train.ts")).train,
  },
  {
    name: "evaluate",
    summary: "measure a trained model: likelihood, latent space, PCA beside it",
    load: async () => (await import("./commands/evaluate.ts")).evaluate,
  },
  {
    name: "score",
    summary: "say how well a model accounts for each example, as CSV or Parquet",
    load: async () => (await import("./commands/score.ts")).score,
  },
  {
    name: "doctor",
    summary: "find problems of data or a training, and their remedies",
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "plot",
    summary: "draw a picture of what a model has learnt",
    load: async () => (await import("./commands/plot.ts")).plot,
  },
  {
    name: "sample",
    summary: "draw new examples from a model",
    load: async () => (await import("./commands/sample.ts")).sample,
  },
  {
    name: "encode",
    summary: "turn data into latent means and log-variances: CSV, Parquet, NPY, .h5ad",
    load: async () => (await import("./commands/encode.ts")).encode,
  },
  {
    name: "decode",
    summary: "turn latent points into data: tables, images, sounds, arrays",
    load: async () => (await import("./commands/decode.ts")).decode,
  },
  {
    name: "reconstruct",
    summary: "encode data and decode them again, in the form that they came in",
    load: async () => (await import("./commands/reconstruct.ts")).reconstruct,
  },
  {
    name: "impute",
    summary: "fill the missing values of data, once or several times, with their spread",
    load: async () => (await import("./commands/impute.ts")).impute,
  },
  {
    name: "export",
    summary: "write a model as one HTML page in which its latent space is explored",
    load: async () => (await import("./commands/export.ts")).exportRun,
  },
  {
    name: "verify",
    summary: "check every file of a run against its checksum, and its data",
    load: async () => (await import("./commands/verify.ts")).verify,
  },
  {
    name: "studio",
    summary: "open a page that explores runs, follows trainings, and trains",
    load: async () => (await import("./commands/studio.ts")).studio,
  },
];
