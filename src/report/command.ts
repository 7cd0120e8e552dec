import { isAbsolute } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { flagName, shellWord } from "../common/format.ts";
import { isBuiltIn } from "../data/open.ts";
import { modelOf } from "../models/build.ts";
import { hyperparameters as hyperparametersSchema } from "../models/hyperparameters.ts";
import { FLAT_DEFAULTS, flat } from "../models/nested-settings.ts";
import { isDense } from "../models/sizes.ts";
import { type RunConfig, runConfig } from "../run/config.ts";
import { usualLogEvery } from "../train/length.ts";

/** What bytes are divided by unless `--scale` says otherwise. */
const BYTE_SCALE = 255;

/**
 * The command that trains the same model again, as arguments by what they are about: which command on which data, the
 * networks, settings that are not the defaults, the length and its seed.
 * @returns undefined where there is none: data or networks were made in code
 */
export function trainingCommand(config: RunConfig): string[][] | undefined {
  const { data, hyperparameters, training, film } = config;
  const architecture = architectureFlags(config);
  if (!isBuiltIn(data.source) && !isAbsolute(data.source)) return undefined;
  if (!architecture || !describesNetworks(config)) return undefined;
  const { maxIterations, seed, threads, ...others } = training;
  const defaults = {
    hyperparameters: { ...FLAT_DEFAULTS, ...flat(hyperparametersSchema.parse({})) },
    training: { ...runConfig.shape.training.parse({}), logEvery: usualLogEvery(maxIterations) },
  };
  const usualScale = isBuiltIn(data.source) && data.scale === BYTE_SCALE;
  return [
    ["npx", "vaekit", "train", data.source],
    [...(usualScale ? [] : flag("scale", data.scale)), ...architecture],
    changed(flat(hyperparameters), defaults.hyperparameters),
    [...changed(others, defaults.training), ...flags({ maxIterations, seed, threads })],
    film ? ["--film"] : [],
  ].filter((group) => group.length > 0);
}

/** For a POSIX shell: a line for each group of arguments, all but the last going on in the next. */
export function shellText(groups: readonly (readonly string[])[]): string {
  return groups.map((group) => group.map(shellWord).join(" ")).join(" \\\n  ");
}

/** Whether the model follows from architecture and settings, except for what it takes from the data. */
function describesNetworks({ architecture, hyperparameters, model }: RunConfig): boolean {
  const made = modelOf(architecture, hyperparameters, model.inputShape);
  const { likelihood, missing } = model;
  const taken = { likelihood, ...(missing && { missing }) };
  return made.likelihood.type === likelihood.type && isDeepStrictEqual({ ...made, ...taken }, model);
}

function architectureFlags({ architecture }: RunConfig): string[] | undefined {
  if (!isDense(architecture)) return "network" in architecture ? convolutionalFlags(architecture) : undefined;
  if (!("encoder" in architecture)) return flag("architecture", architecture.join());
  const { encoder, decoder } = architecture;
  const mirrored = isDeepStrictEqual([...encoder].reverse(), decoder);
  if (mirrored) return flag("architecture", encoder.join());
  const hidden = decoder.slice(1, -1);
  if (hidden.length === 0) return undefined;
  return [...flag("architecture", encoder.join()), ...flag("decoderHidden", hidden.join())];
}

function convolutionalFlags({
  inputShape: _,
  ...settings
}: Extract<RunConfig["architecture"], { network: string }>): string[] | undefined {
  // An empty list cannot be typed.
  return settings.hidden.length === 0 ? undefined : flags(settings);
}

function changed(settings: object, defaults: object): string[] {
  const usual = new Map<string, unknown>(Object.entries(defaults));
  return flags(
    Object.fromEntries(Object.entries(settings).filter(([key, value]) => usual.get(key) !== value)),
  );
}

function flags(settings: object): string[] {
  return Object.entries(settings).flatMap(([key, value]) => flag(key, value));
}

/** `learningRate` and 0.01 → `--learning-rate 0.01`; true is a switch. */
function flag(key: string, value: unknown): string[] {
  const name = flagName(key);
  return value === true ? [name] : [name, String(value)];
}
