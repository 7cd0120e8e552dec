import { ConfigError, RunError } from "../../common/errors.ts";
import { flagName, formatCount, shellWord } from "../../common/format.ts";
import { parseSettings } from "../../common/settings.ts";
import type { Dataset } from "../../data/dataset.ts";
import { openData } from "../../data/open.ts";
import { withPreprocess } from "../../data/preprocess.ts";
import { everySplit, SPLIT_NAMES } from "../../data/splits.ts";
import { modelOf } from "../../models/build.ts";
import { type HyperparametersInput, hyperparameters } from "../../models/hyperparameters.ts";
import { likelihoodFrom } from "../../models/likelihood-setting.ts";
import { type Architecture, architectureText, completeArchitecture, isDense } from "../../models/sizes.ts";
import { shapesText } from "../../models/summary.ts";
import { RunDirectory } from "../../run/directory.ts";
import type { SavedModel } from "../../run/saved-model.ts";
import { changesText, splitChanges } from "../../run/split-fingerprints.ts";
import { openOrigin, settingsFrom } from "../../tasks/begin-from.ts";
import { checkBeforeTraining } from "../../tasks/diagnose.ts";
import { openRunData } from "../../tasks/open-data.ts";
import { resumeRun } from "../../tasks/resume.ts";
import { withRollbacks } from "../../tasks/rollback.ts";
import { type RunOptions, trainRun } from "../../tasks/train.ts";
import { AUTO, chooseLikelihood } from "../../train/choose-likelihood.ts";
import { followsRows } from "../../train/length.ts";
import { prepared } from "../../train/prepared.ts";
import { requireTrainable } from "../../train/require-trainable.ts";
import { architectureIsGiven, architectureOf, defaultArchitecture } from "../architecture-flags.ts";
import { defineCommand } from "../command.ts";
import { readingOptions } from "../data-flag.ts";
import { endingIsMade } from "../ending.ts";
import type { Io } from "../io.ts";
import { runFolder } from "../run-folder.ts";
import { givenHyperparameters, givenTrainingSettings, namingFlags } from "../setting-flags.ts";
import { type TrainFlags, trainFlags } from "../train-flags.ts";
import type { Course } from "../training-end.ts";
import { TrainingProgress } from "../training-progress.ts";

type TrainInput = TrainFlags & { readonly data: string | undefined };

export const train = defineCommand({
  details: `Ctrl-C stops it with a checkpoint, from which --resume continues exactly.

  vaekit train mnist
  vaekit train mnist --architecture 784,500,500,2 --epochs 20 --out runs/plane
  vaekit train mnist --network conv --channels 32,64 --latent 32
  vaekit train --resume runs/plane
  vaekit train --from runs/plane --learning-rate 1e-4 --out runs/finer`,
  arguments: {
    data: { about: "built-in name (mnist), or path of a file, a folder or a pattern", optional: true },
  },
  flags: trainFlags,
  makesFiles: true,

  async run(input, io) {
    const progress = new TrainingProgress(io);
    const options = {
      tensorboard: input.tensorboard,
      keepGoing: input.keepGoing,
      device: input.device,
      signal: io.signal,
      onEvent: progress.show,
    };
    const course = await namingFlags(() =>
      input.resume === undefined
        ? begin(input, progress, options, io)
        : goOn(input.resume, input, progress, options, io),
    ).finally(() => progress.stop());
    try {
      // Pictures and pages need libraries that must not delay the first step.
      const { endTraining } = await import("../training-end.ts");
      return await endTraining(course, input.data, progress, io);
    } catch (error) {
      const run = shellWord(course.result.directory);
      if (io.signal.aborted)
        io.say(`the model is trained and saved; npx vaekit plot report ${run} makes the page about it`);
      else if (error instanceof RunError)
        io.say(`the model is trained and safe; npx vaekit train --resume ${run} makes what is missing`);
      throw error;
    } finally {
      await course.result.vae.dispose();
    }
  },
});

async function begin(
  input: TrainInput,
  progress: TrainingProgress,
  options: RunOptions,
  io: Io,
): Promise<Course> {
  const { out, film, force } = input;
  const origin = await originOf(input);
  const { data, opened } = await openFor(input, origin?.other, (note) => io.say(note));
  const asked = input.standardize ? everySplit(opened, (each) => ({ ...each, standardize: true })) : opened;
  const { settings, likelihoodReason } = settingsFor(asked.train, input);
  const given = { architecture: architectureFor(input, asked.train, origin?.other), ...settings };
  const begun = origin ? settingsFrom(origin.other, given) : given;
  const { architecture = defaultArchitecture(asked.train, input) } = begun;
  const complete = parseSettings(hyperparameters, begun.hyperparameters);
  const likelihood = likelihoodFrom(complete.likelihood);
  for (const name of SPLIT_NAMES) requireTrainable(asked[name], likelihood, complete, { mayMiss: true });
  const { preprocess } = prepared(asked.train, likelihood);
  const splits = everySplit(asked, (each) => withPreprocess(each, preprocess));
  const networks = networkLines(architecture, begun.hyperparameters);
  const { directory, release } = await runFolder(out, splits.train.name);
  const examples = `${formatCount(splits.train.examples)} examples of ${splits.train.name}`;
  const title = `training ${architectureText(completeArchitecture(architecture))} on ${examples}, into ${directory}`;
  progress.title = [title, ...networks].join("\n");
  const from = origin?.from;
  const notes = () => {
    if (followsRows(given.training, splits.train.examples))
      io.say(
        `${formatCount(splits.train.examples)} rows are few: training stops when validation has not improved 20 times, and keeps the best (--patience, --max-iterations or --epochs say otherwise)`,
      );
    for (const { code, evidence, remedy } of checkBeforeTraining(splits))
      io.warn(`${code}: ${evidence}; ${remedy}`);
    if (likelihoodReason) io.say(`likelihood ${likelihood.type}: ${likelihoodReason}`);
  };
  // Only what is not refused has notes.
  const onEvent: RunOptions["onEvent"] = (event) => {
    if (event.type === "start") notes();
    options.onEvent?.(event);
  };
  const request = { data, splits, from, ...given, architecture, directory, film, force, ...options, onEvent };
  try {
    const training = () => trainRun(request);
    const rollsBack = input.onDivergence === "rollback";
    const result = await (rollsBack ? withRollbacks({ directory, ...options }, training) : training());
    return { result, test: splits.test, likelihoodReason };
  } catch (error) {
    await release();
    throw error;
  }
}

/** The run to begin from, and which of its weights. */
async function originOf({ from, checkpoint, standardize, likelihood }: TrainInput) {
  if (from === undefined) {
    if (checkpoint === undefined) return undefined;
    throw new ConfigError("--checkpoint was given without --from: name the run to begin from");
  }
  if (standardize)
    throw new ConfigError(
      "both --from and --standardize were given: data are prepared as those of the other run",
    );
  if (likelihood === AUTO)
    throw new ConfigError(
      "both --from and --likelihood auto were given: leave it out for the likelihood of the other run",
    );
  const begin = { directory: from, checkpoint };
  return { from: begin, other: await openOrigin(begin) };
}

/** The data to train on: with another run to begin from, read as its data were, and by default the same. */
async function openFor(input: TrainInput, other: SavedModel | undefined, onNote: (note: string) => void) {
  const { data, scale } = input;
  const reading = { ...(await readingOptions(input)), onNote };
  if (other) {
    const ofOther = { ...other.config.data, ...(scale !== undefined && { scale }) };
    const opened = await openRunData(ofOther, data, SPLIT_NAMES, reading);
    return { data: data ?? ofOther.source, opened };
  }
  if (data === undefined)
    throw new ConfigError(
      "no data were given: pass mnist or a path, resume a run with --resume, or begin from one with --from",
    );
  return { data, opened: await openData(data, { scale, ...reading }) };
}

/** What the flags say of the architecture; undefined: that of the run to begin from. */
function architectureFor(input: TrainInput, data: Dataset, other: SavedModel | undefined) {
  if (!other) return architectureOf(input, defaultArchitecture(data, input));
  return architectureIsGiven(input) ? architectureOf(input, other.config.architecture) : undefined;
}

/** The shapes that data take on their way, where the sizes of layers do not tell them already. */
function networkLines(architecture: Architecture, given: HyperparametersInput): string[] {
  if (isDense(architecture)) return [];
  const { encoder, decoder } = shapesText(modelOf(architecture, parseSettings(hyperparameters, given)));
  return [`  encoder ${encoder}`, `  decoder ${decoder}`];
}

async function goOn(
  directory: string,
  input: TrainInput,
  progress: TrainingProgress,
  options: RunOptions,
  io: Io,
): Promise<Course> {
  const { data, scale, out, force } = input;
  const given = {
    "--out": out !== undefined,
    "--force": force,
    "--film": input.film,
    "--from": input.from !== undefined,
    "--checkpoint": input.checkpoint !== undefined,
  };
  const extra = input.standardize ? "--standardize" : Object.entries(given).find(([, is]) => is)?.[0];
  if (extra) throw new ConfigError(`both --resume and ${extra} were given: a run resumes in its own folder`);
  const config = await (await RunDirectory.open(directory)).readConfig();
  const architecture = architectureIsGiven(input) ? architectureOf(input, config.architecture) : undefined;
  const { test } = await openRunData(config.data, data, ["test"]);
  const changes = await splitChanges(config.data, { test });
  if (changes.length > 0) io.warn(`${changesText(changes)} have changed since ${directory} was begun`);
  progress.title = `resuming ${directory}`;
  const isEnded = () => endingIsMade(directory, config.model.latent);
  const request = { directory, data, scale, architecture, ...settingsOf(input), ...options, isEnded };
  const training = () => resumeRun(request);
  const rollsBack = input.onDivergence === "rollback";
  return { result: await (rollsBack ? withRollbacks(request, training) : training()), test };
}

/** What the flags say, and the likelihood that suits the data where that is left to them. */
function settingsFor(data: Dataset, input: TrainInput) {
  if (input.likelihood !== AUTO) return { settings: settingsOf(input), likelihoodReason: undefined };
  const { hyperparameters: chosen, reason } = chooseLikelihood(data);
  const { likelihood, encoderInput, ...others } = chosen;
  // A code that knows nothing of the depth needs a likelihood that is told of it.
  const isTold = (input.librarySize ?? chosen.librarySize) === "observed";
  const suitable = { ...others, ...(encoderInput && isTold && { encoderInput }) };
  const added = Object.entries(suitable).filter(
    ([name]) => input[name as keyof typeof suitable] === undefined,
  );
  const flags = added.map(([name, value]) => `${flagName(name)} ${value}`).join(" ");
  return {
    settings: settingsOf({ ...input, ...Object.fromEntries(added), likelihood }),
    likelihoodReason: flags === "" ? reason : `${reason} (with ${flags})`,
  };
}

function settingsOf(input: TrainInput) {
  const { likelihood } = input;
  if (likelihood === AUTO)
    throw new ConfigError(
      "both --resume and --likelihood auto were given: a run keeps the likelihood it has",
    );
  if (input.epochs !== undefined && input.maxIterations !== undefined)
    throw new ConfigError("both --epochs and --max-iterations were given: give one");
  return {
    hyperparameters: givenHyperparameters({ ...input, likelihood }),
    training: { ...givenTrainingSettings(input), epochs: input.epochs },
  };
}
