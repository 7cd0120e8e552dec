import * as z from "zod";
import { positive } from "../common/settings.ts";
import { LIKELIHOODS } from "../nn/distributions/likelihood.ts";
import { AUTO } from "../train/choose-likelihood.ts";
import { architectureFlags } from "./architecture-flags.ts";
import { checkpointFlag } from "./choices.ts";
import { readingFlags } from "./data-flag.ts";
import type { FlagValues } from "./flags.ts";
import { hyperparameterFlags, trainingFlags } from "./setting-flags.ts";

export const trainFlags = {
  ...architectureFlags,
  ...hyperparameterFlags,
  likelihood: {
    ...hyperparameterFlags.likelihood,
    about: `${hyperparameterFlags.likelihood.about}; auto: what suits the data`,
    schema: z.enum([...LIKELIHOODS, AUTO]).optional(),
  },
  ...trainingFlags,
  epochs: {
    placeholder: "n",
    about: "length of the training in passes over the data, instead of --max-iterations",
    group: "Course of the training",
    schema: positive.optional(),
  },
  scale: {
    placeholder: "s",
    about: "divide values by this; default: 255 for bytes beyond 1, otherwise 1",
    group: "Data and files",
    schema: positive.optional(),
  },
  ...readingFlags,
  standardize: {
    about: "centre real columns and divide them by their deviation, both of the training rows",
    group: "Data and files",
    schema: z.boolean().default(false),
  },
  out: {
    placeholder: "run",
    about: "run directory to make; default: the first of runs/DATA-1, runs/DATA-2 … that is free",
    group: "Data and files",
    schema: z.string().min(1, { error: "the path of a folder" }).optional(),
  },
  force: {
    about: "replace a run that exists",
    group: "Data and files",
    schema: z.boolean().default(false),
  },
  resume: {
    placeholder: "run",
    about:
      "resume a run from its last good checkpoint; its length, learning rate, schedule, clipping, warm-ups and patience may change",
    group: "Data and files",
    schema: z.string().min(1, { error: "the path of a run directory" }).optional(),
  },
  from: {
    placeholder: "run",
    about:
      "begin with the weights of another run; settings that are not given are its settings, and so are the data",
    group: "Data and files",
    schema: z.string().min(1, { error: "the path of a run directory" }).optional(),
  },
  checkpoint: {
    ...checkpointFlag,
    about: "with --from: best, last or an iteration, instead of the model",
    group: "Data and files",
  },
  film: {
    about: "keep the weights at logarithmic times, for films of the training",
    group: "Data and files",
    schema: z.boolean().default(false),
  },
  device: {
    placeholder: "d",
    about: "cpu, or webgpu: training steps on the GPU, with the package onnxruntime-node",
    group: "Course of the training",
    schema: z.enum(["cpu", "webgpu"]).default("cpu"),
  },
  onDivergence: {
    placeholder: "what",
    about:
      "when the loss is no longer finite: stop, or rollback to the last checkpoint with half of the learning rate, at most three times",
    group: "Data and files",
    schema: z.enum(["stop", "rollback"]).default("stop"),
  },
  keepGoing: {
    about: "go on training when the disk is full or fails, and write when it can be written again",
    group: "Data and files",
    schema: z.boolean().default(false),
  },
  tensorboard: {
    about: "write event files for TensorBoard, too",
    group: "Data and files",
    schema: z.boolean().default(false),
  },
};

export type TrainFlags = FlagValues<typeof trainFlags>;
