import { DataError } from "../common/errors.ts";
import { type Dataset, exampleSize, exampleValues, spread } from "../data/dataset.ts";
import { exampleSums } from "../data/moments.ts";
import { openData } from "../data/open.ts";
import type { OpenOptions } from "../data/splits.ts";
import { bytesPerElement } from "../data/storage.ts";
import { withoutGaps } from "../data/without-gaps.ts";
import { baselineOf } from "../doctor/baseline.ts";
import { type DataDescription, describeData } from "../doctor/data-description.ts";
import { dataEvidence } from "../doctor/data-evidence.ts";
import type { BoundEvidence, Evidence, ModelEvidence } from "../doctor/evidence.ts";
import { type Diagnosis, examine } from "../doctor/examine.ts";
import type { Finding } from "../doctor/finding.ts";
import { writeObserved } from "../evaluate/encoding.ts";
import type { ElboDetails } from "../evaluate/evaluation.ts";
import { RowFunction } from "../evaluate/row-function.ts";
import { decode, encode } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import { hasPoints } from "../models/posteriors.ts";
import { weightsLayout } from "../models/weights.ts";
import { explainedVariance, momentsOf } from "../numerics/explained-variance.ts";
import { quantile } from "../numerics/statistics.ts";
import type { RunConfig } from "../run/config.ts";
import { isMadeInCode } from "../run/data-source.ts";
import { RunDirectory } from "../run/directory.ts";
import { requireTrainable } from "../train/require-trainable.ts";
import { VAE } from "../vae/vae.ts";
import "./node-platform.ts";
import { openRunData } from "./open-data.ts";

/** Examples of each split on which a model is judged. */
const JUDGED_EXAMPLES = 500;
const LIKELIHOOD_EXAMPLES = 50;
const LIKELIHOOD_SAMPLES = 200;

type Opened = { readonly train: Dataset; readonly validation: Dataset; readonly test: Dataset };

interface DataDiagnosis extends Diagnosis {
  /** What the data are; absent where they cannot be read. */
  readonly description?: DataDescription;
}

/** Checks data alone. @param source built-in name or path @param reading how files are read */
export async function diagnoseData(source: string, reading: OpenOptions = {}): Promise<DataDiagnosis> {
  let description: DataDescription | undefined;
  const evidence = await readable(async () => {
    const splits = await openData(source, reading);
    description = describeData(splits);
    return { data: evidenceOf(examinedSplits(splits)) };
  });
  return { ...examine(evidence), ...(description && { description }) };
}

/** What is looked for before a training: faults of the data themselves, whatever is to be trained. */
const BEFORE_TRAINING = [
  "constant-columns",
  "duplicate-columns",
  "identifier-column",
  "label-in-columns",
  "duplicates-across-splits",
];
/** Bytes of a split's rows that are looked at: reading more of them takes minutes and changes no verdict. */
const EXAMINED_BYTES = 1 << 28;

function bytesOf({ storage: { type, examples, size } }: Dataset): number {
  return examples * size * bytesPerElement(type);
}

/** Of a larger split, rows spread evenly over it. */
function examined(data: Dataset): Dataset {
  const bytes = bytesOf(data);
  return bytes > EXAMINED_BYTES ? spread(data, Math.ceil(data.examples * (EXAMINED_BYTES / bytes))) : data;
}

function examinedSplits({ train, validation, test }: Opened): Opened {
  return { train: examined(train), validation: examined(validation), test: examined(test) };
}

/**
 * The checks of data that take one pass, on tables that are to be trained on; none of arrays, whose columns may well
 * repeat, and where rows would be read for long.
 */
export function checkBeforeTraining({ train, validation, test }: Opened): readonly Finding[] {
  if (!train.schema.columns || bytesOf(train) > EXAMINED_BYTES) return [];
  const data = dataEvidence(train, [test, validation], { isQuick: true });
  return examine({ data }).findings.filter(({ code }) => BEFORE_TRAINING.includes(code));
}

interface RunDiagnosis extends Diagnosis {
  /** Whether the data, and what the model makes of them, were looked at. */
  readonly isWhole: boolean;
}

/**
 * Checks a run: its data, its history and its weights.
 * @param source of the data, if they are not where they were; without one, those made in code are not looked at
 * @throws {RunError} when there is no run, or a file of it is damaged
 */
export async function diagnoseRun(directory: string, source?: string): Promise<RunDiagnosis> {
  const run = await RunDirectory.open(directory);
  const config = await run.readConfig();
  const history = await run.readHistory();
  const failure = await run.readFailure();
  const { checkpoint } = await run.latestCheckpoint(weightsLayout(config.model));
  const iterations = checkpoint?.iteration ?? history.at(-1)?.iteration ?? 0;
  const facts = { config, history, iterations, ...(failure !== undefined && { failure }) };
  const { data } = config;
  if (source === undefined && isMadeInCode(data)) return { ...examine({ run: facts }), isWhole: false };

  const found = await readable(async () => {
    const splits = examinedSplits(await openRunData(data, source));
    const supportError = supportErrorOf(splits, config);
    const isJudged = supportError === undefined && (await run.has("model"));
    const model = isJudged ? await modelEvidence(directory, splits) : undefined;
    const baseline = baselineOf(splits.train, splits.test, config.model.likelihood);
    return {
      data: evidenceOf(splits),
      ...(supportError !== undefined && { supportError }),
      run: { ...facts, ...(baseline !== undefined && { baseline }) },
      ...(model && { model }),
    };
  });
  return { ...examine({ run: facts, ...found }), isWhole: true };
}

function evidenceOf({ train, validation, test }: Opened) {
  return dataEvidence(train, [test, validation]);
}

/** What reading gives, or why the data cannot be read. */
async function readable(read: () => Promise<Evidence>): Promise<Evidence> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof DataError) return { dataError: error.message };
    throw error;
  }
}

/** Why the model of a run cannot be judged on its data. */
function supportErrorOf(splits: Opened, { model, hyperparameters }: RunConfig): string | undefined {
  try {
    for (const split of [splits.train, splits.test])
      requireTrainable(split, model.likelihood, hyperparameters, {
        mayMiss: model.missing !== undefined,
      });
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** @throws {RunError} when the model is damaged */
async function modelEvidence(directory: string, { train, test }: Opened): Promise<ModelEvidence> {
  const vae = await VAE.load(directory);
  try {
    const [seen, unseen] = [spread(train, JUDGED_EXAMPLES), spread(test, JUDGED_EXAMPLES)];
    const heldOut = await vae.elbo(unseen);
    const { mean, logVariance } = await vae.encode(unseen);
    const { latent } = vae.model;
    const posteriorVariance = new Float64Array(latent);
    for (let at = 0; at < logVariance.length; at++)
      posteriorVariance[at % latent]! += Math.exp(logVariance[at]!) / unseen.examples;
    const aggregateVariance = Array.from(
      posteriorVariance,
      (variance, d) => variance + heldOut.meanVariance[d]!,
    );
    const offset = momentsOf(mean, latent).mean;
    return {
      examples: unseen.examples,
      train: boundOf(await vae.elbo(seen)),
      heldOut: boundOf(heldOut),
      klPerDimension: Array.from(heldOut.klPerDimension),
      meanVariance: Array.from(heldOut.meanVariance),
      aggregateVariance,
      secondMoment: aggregateVariance.map((variance, d) => variance + offset[d]! ** 2),
      reconstructedVariance: await reconstructedVariance(vae, unseen),
      ...depthExplained(vae, unseen, mean),
      layers: await deadUnits(vae, unseen),
      ...(hasPoints(vae.model) ? {} : { effectiveSampleSize: await effectiveSamples(vae, unseen) }),
    };
  } finally {
    await vae.dispose();
  }
}

/** Variance of reconstructions over examples as a part of the data's, both pooled over values. */
async function reconstructedVariance(vae: VAE, data: Dataset): Promise<number> {
  const values = exampleSize(data);
  const rows = exampleValues(withoutGaps(data), { start: 0, end: data.examples });
  const pooled = (all: Float32Array) => momentsOf(all, values).variance.reduce((sum, each) => sum + each, 0);
  const whole = pooled(rows);
  // For constant data any reconstruction is as good.
  return whole === 0 ? 1 : pooled(await vae.reconstruct(data, { units: "model" })) / whole;
}

const COUNTS = ["poisson", "negative-binomial", "zero-inflated-negative-binomial"];

/** R² of ln(row sum) on the posterior means, where rows are counts of unequal sums. */
function depthExplained(vae: VAE, data: Dataset, mean: Float32Array): Pick<ModelEvidence, "depthExplained"> {
  if (!COUNTS.includes(vae.model.likelihood.type) || data.examples < 5 * vae.model.latent) return {};
  const depth = exampleSums(data).map(Math.log1p);
  const explained = explainedVariance(mean, vae.model.latent, depth);
  return explained === undefined ? {} : { depthExplained: explained };
}

function boundOf({ elbo, elboStandardError }: ElboDetails): BoundEvidence {
  return { elbo, standardError: elboStandardError };
}

async function effectiveSamples(vae: VAE, data: Dataset) {
  const few = spread(data, LIKELIHOOD_EXAMPLES);
  const { effectiveSampleSize } = await vae.importanceSampling(few, { samples: LIKELIHOOD_SAMPLES });
  return { median: quantile(effectiveSampleSize, 0.5), samples: LIKELIHOOD_SAMPLES };
}

/** Of each activation in encoder and decoder, how many units give one value for all examples. */
async function deadUnits(vae: VAE, data: Dataset): Promise<ModelEvidence["layers"]> {
  const { model } = vae;
  const hidden = (["encoder", "decoder"] as const).flatMap((part) =>
    model[part].flatMap(({ type }, index) => (type === "activation" ? [`${part}.${index}`] : [])),
  );
  if (hidden.length === 0) return [];
  const responses = await RowFunction.compile(await vae.engine(), vae.weights!, {
    inputs: modelInputs(model),
    build: (trace, tensors) => {
      const observed = observedFrom(model, tensors);
      decode(trace, model, encode(trace, model, observed).mean, undefined, observed.y);
      return Object.fromEntries(hidden.map((name) => [name, trace.activations.get(name)!]));
    },
  });
  const least = new Map<string, Float32Array>();
  const greatest = new Map<string, Float32Array>();
  try {
    await responses.run(
      data.examples,
      (chunk) => writeObserved(data, chunk),
      ({ rows, buffers }) => {
        for (const name of hidden) {
          const values = buffers[name]!;
          const units = values.length / rows;
          const [low, high] = [least, greatest].map((extremes) => {
            if (!extremes.has(name)) extremes.set(name, values.slice(0, units));
            return extremes.get(name)!;
          }) as [Float32Array, Float32Array];
          for (const [at, value] of values.entries()) {
            const unit = at % units;
            if (value < low[unit]!) low[unit] = value;
            if (value > high[unit]!) high[unit] = value;
          }
        }
      },
    );
  } finally {
    await responses.dispose();
  }
  return hidden.map((name) => {
    const [low, high] = [least.get(name)!, greatest.get(name)!];
    return { name, units: low.length, dead: low.filter((value, unit) => high[unit]! - value < 1e-6).length };
  });
}
