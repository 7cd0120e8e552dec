import { isDeepStrictEqual } from "node:util";
import { ConfigError, DataError, RunError } from "../common/errors.ts";
import { parseSettings } from "../common/settings.ts";
import { Batches } from "../data/batches.ts";
import { fingerprint } from "../data/fingerprint.ts";
import {
  type HyperparametersInput,
  hyperparameters as hyperparametersSchema,
} from "../models/hyperparameters.ts";
import { flat } from "../models/likelihood-setting.ts";
import { type Architecture, completeArchitecture } from "../models/sizes.ts";
import { weightsLayout } from "../models/weights.ts";
import type { RunConfig } from "../run/config.ts";
import { sourceOf } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import type { Checkpoint } from "../train/checkpoint.ts";
import { resolveTraining, type TrainingRequest } from "../train/length.ts";
import type { TrainingSettings } from "../train/settings.ts";
import { VAE } from "../vae/vae.ts";
import "./node-platform.ts";
import { openRunData } from "./open-data.ts";
import { type RunOptions, type RunResult, recordTraining, withFirst } from "./train.ts";

/** What a user asks of a run that goes on: settings that are given must be those of the run, but for its length. */
export interface ResumeRequest extends RunOptions {
  readonly directory: string;
  /** The same data at another place; default: where they were. */
  readonly data?: string | undefined;
  readonly scale?: number | undefined;
  readonly architecture?: Architecture | undefined;
  readonly hyperparameters?: HyperparametersInput | undefined;
  readonly training?: TrainingRequest | undefined;
}

/**
 * Goes on with a run from its last checkpoint, as if it had never stopped.
 * @throws {ConfigError} when a setting that is given is not the run's
 * @throws {DataError} when the data are not those of the run
 * @throws {RunError} when the folder does not hold a run, or it has done all its iterations
 */
export async function resumeRun(request: ResumeRequest): Promise<RunResult> {
  const run = await RunDirectory.resume(request.directory);
  try {
    const config = await run.readConfig();
    checkAgreement(config, request);
    const { data } = config;
    const { train, validation } = await openRunData(data, request.data, ["train", "validation"]);
    if ((await fingerprint(train)) !== data.fingerprint)
      throw new DataError(
        `${sourceOf(data, request.data)} is not what ${run.path} was trained on: give the same data, or start a new run`,
      );
    const vae = VAE.from(config);
    const settings = settingsToGoOnWith(
      config,
      request.training ?? {},
      Batches.perEpochOf(train, vae.hyperparameters),
    );
    const { checkpoint: resume, warnings } = await run.latestCheckpoint(weightsLayout(config.model));
    for (const message of warnings)
      request.onEvent?.({ type: "warning", iteration: resume?.iteration ?? 0, message });
    refuseNothingToDo(run.path, settings, resume, await run.has("model"));
    const iteration = resume?.iteration ?? 0;

    const continued = { ...config, training: settings };
    const { signal } = request;
    const options = { ...settings, validation, ...(signal && { signal }), ...(resume && { resume }) };
    const events = vae.trainingEvents(train, options);
    try {
      const first = await events.next();
      await run.writeConfig(continued);
      return await recordTraining(run, continued, vae, withFirst(first, events), { ...request, iteration });
    } finally {
      await events.return();
    }
  } finally {
    await run.close();
  }
}

/** A model that was trained must not be replaced by one that was trained less. */
function refuseNothingToDo(
  path: string,
  { maxIterations, patience }: TrainingSettings,
  checkpoint: Checkpoint | undefined,
  hasModel: boolean,
): void {
  if (!checkpoint) {
    if (!hasModel) return;
    throw new RunError(`${path} has a model but no checkpoint to go on from: start a new run`);
  }
  const { iteration, best } = checkpoint;
  if (iteration > maxIterations)
    throw new RunError(
      `${path} has done ${iteration} iterations already: give at least as many, with maxIterations, to go on`,
    );
  if (!hasModel) return;
  if (iteration === maxIterations)
    throw new RunError(
      `${path} has done its ${iteration} iterations: give more of them, with maxIterations, to go on`,
    );
  if (best && patience > 0 && best.age >= patience)
    throw new RunError(
      `${path} stopped early after ${iteration} iterations, its best at ${best.iteration}: start a new run with more patience`,
    );
}

/** The run's settings, but for a length that is given. */
function settingsToGoOnWith(
  config: RunConfig,
  asked: TrainingRequest,
  iterationsPerEpoch: number,
): TrainingSettings {
  if (asked.epochs === undefined && asked.maxIterations === undefined) return config.training;
  const { maxIterations } = resolveTraining(
    { epochs: asked.epochs, maxIterations: asked.maxIterations },
    iterationsPerEpoch,
  );
  const { schedule, klCycles } = config.hyperparameters;
  const planned = schedule === "cosine" ? "cosine schedule ends" : klCycles > 0 ? "KL cycles end" : undefined;
  if (planned && maxIterations !== config.training.maxIterations)
    throw new ConfigError(
      `maxIterations is ${maxIterations} but the run's ${planned} at ${config.training.maxIterations}: its length cannot change`,
    );
  return { ...config.training, maxIterations };
}

function checkAgreement(
  config: RunConfig,
  { architecture, hyperparameters = {}, training = {}, scale }: ResumeRequest,
): void {
  if (architecture && !isDeepStrictEqual(completeArchitecture(architecture), config.architecture))
    throw disagreement("architecture", JSON.stringify(architecture), JSON.stringify(config.architecture));
  if (scale !== undefined && scale !== config.data.scale)
    throw disagreement("scale", scale, config.data.scale);
  const { epochs: _, maxIterations: __, ...others } = training;
  const settings = resolveTraining(others, 1);
  const stored: Readonly<Record<string, unknown>> = flat(config.hyperparameters);
  for (const [name, value] of Object.entries(askedOf(hyperparameters, config)))
    if (value !== stored[name]) throw disagreement(name, value, stored[name]);
  for (const name of keysOf(others))
    if (settings[name] !== config.training[name])
      throw disagreement(name, settings[name], config.training[name]);
}

/** The hyperparameters that are given, those of the likelihood beside its name. */
function askedOf(
  { likelihood, ...others }: HyperparametersInput,
  { hyperparameters }: RunConfig,
): Readonly<Record<string, unknown>> {
  const { type } = hyperparameters.likelihood;
  const own =
    likelihood === undefined ? {} : typeof likelihood === "string" ? { likelihood } : flat({ likelihood });
  const given: Readonly<Record<string, unknown>> = { ...others, ...own };
  if (given.likelihood !== undefined && given.likelihood !== type)
    throw disagreement("likelihood", given.likelihood, type);
  const parsed = flat(parseSettings(hyperparametersSchema, { ...given, likelihood: type }));
  const asked = keysOf(given);
  return Object.fromEntries(Object.entries(parsed).filter(([name]) => asked.some((each) => each === name)));
}

/** Names of what was given. */
function keysOf<T extends object>(object: T): (keyof T & string)[] {
  return (Object.keys(object) as (keyof T & string)[]).filter((key) => object[key] !== undefined);
}

function disagreement(name: string, asked: unknown, stored: unknown): ConfigError {
  return new ConfigError(
    `${name} is ${asked} but the run has ${stored}: leave it out to go on, or start a new run`,
  );
}
