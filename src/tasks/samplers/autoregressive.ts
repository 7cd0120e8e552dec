import { join } from "node:path";
import * as z from "zod";
import { RunError } from "../../common/errors.ts";
import { positiveInteger } from "../../common/settings.ts";
import type { Dataset } from "../../data/dataset.ts";
import { encodeRows, encoderGraph, writeObserved } from "../../evaluate/encoding.ts";
import { type LongWork, RowFunction } from "../../evaluate/row-function.ts";
import { sizeOf } from "../../graph/node.ts";
import { type CodePriorShape, codeLogits, codesLogProb, codesOf } from "../../models/code-prior.ts";
import { posteriorFamilyOf } from "../../models/posteriors.ts";
import type { Weights } from "../../models/weights.ts";
import { readFrame, writeFrame } from "../../run/model-file.ts";
import { RUN_FILES } from "../../run/paths.ts";
import { FITTED_SCOPE, fitRows, fittedLayout, type RowDensity } from "../../train/fit-rows.ts";
import type { TrainedRun } from "../open.ts";
import type { Watch } from "../watch.ts";
import { MOST_CODES, randomNumbers } from "./codes.ts";
import type { SamplerRule, Sampling } from "./sampler.ts";

const settings = z.strictObject({
  type: z.literal("autoregressive"),
  /** Features of each place. */
  features: positiveInteger.default(32),
  /** Masked layers after the first. */
  layers: positiveInteger.default(3),
  iterations: positiveInteger.default(1500),
});
type Settings = z.output<typeof settings>;

const DEFAULTS = settings.parse({ type: "autoregressive" });

/**
 * An autoregressive network over the codes (van den Oord et al. 2017, section 3.3), fitted after training and kept in the
 * run as `code-prior.safetensors`. It is fitted once: samples are drawn from it ever after.
 */
export const autoregressive: SamplerRule<Settings> = {
  type: "autoregressive",
  title: "an autoregressive prior over the codes",
  settings,
  refusal: (model) =>
    codesOf(model)
      ? undefined
      : `z is not made of codes (posterior ${posteriorFamilyOf(model).type}): use gmm, flow, two-stage or vamp`,
  async points(chosen, n, sampling) {
    const { run, seed, watch } = sampling;
    const { weights, shape } = await fittedPrior(chosen, sampling);
    const count = sizeOf(shape.places);
    const index = new Float32Array(n * count);
    const { uniform } = await randomNumbers(seed);
    const runtime = await run.vae.engine();
    const next = await RowFunction.compile(runtime, weights, {
      inputs: { index: [count] },
      build: (trace, tensors) => ({ logits: codeLogits(trace.scope(FITTED_SCOPE), shape, tensors.index!) }),
    });
    try {
      await watch("drawing codes", "places", async ({ signal, onProgress }) => {
        for (let place = 0; place < count; place++) {
          await next.run(
            n,
            ({ first, rows, buffers }) =>
              buffers.index!.set(index.subarray(first * count, (first + rows) * count)),
            ({ first, rows, buffers }) => {
              for (let row = 0; row < rows; row++) {
                const start = (row * count + place) * shape.codes;
                const logits = buffers.logits!.subarray(start, start + shape.codes);
                index[(first + row) * count + place] = drawn(logits, uniform());
              }
            },
            signal ? { signal } : {},
          );
          onProgress?.(place + 1, count);
        }
      });
    } finally {
      await next.dispose();
    }
    return vectorsOf(run, index);
  },
};

/** An index drawn by its logit. @param at uniform in [0, 1) */
function drawn(logits: Float32Array, at: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  let left = at * total;
  for (let index = 0; index < logits.length; index++) {
    left -= Math.exp(logits[index]! - most);
    if (left < 0) return index;
  }
  return logits.length - 1;
}

/** The vectors of codes, from the codebook of the run. */
function vectorsOf({ vae }: TrainedRun, index: Float32Array): Float32Array {
  const { model, weights } = vae;
  const family = posteriorFamilyOf(model);
  if (family.type !== "vector-quantized") throw new RunError("the run has no codebook");
  const { dimensions } = family;
  const named = (kind: "parameters" | "states", name: string) => {
    const slice = weights!.layout[kind].slices.find((each) => each.name === `posterior.${name}`)!;
    return weights![kind].subarray(slice.offset, slice.offset + slice.length);
  };
  const codebook =
    family.update === "averages"
      ? named("states", "codebook")
      : named("parameters", "codebook").map((value, at) => value + named("states", "moved")[at]!);
  const points = new Float32Array(index.length * dimensions);
  for (const [at, code] of index.entries())
    points.set(codebook.subarray(code * dimensions, (code + 1) * dimensions), at * dimensions);
  return points;
}

interface FittedPrior {
  readonly weights: Weights;
  readonly shape: CodePriorShape;
}

function densityOf(shape: CodePriorShape): RowDensity {
  return {
    width: sizeOf(shape.places),
    logProb: (scope, index) => codesLogProb(scope, shape, index),
  };
}

/** The prior of the run's codes, fitted unless the run has it. */
async function fittedPrior(chosen: Settings, sampling: Sampling): Promise<FittedPrior> {
  const { run, watch, examples } = sampling;
  const known = await storedCodePrior(run, chosen);
  if (known) return known;
  const { iterations, features, layers } = chosen;
  const shape = { ...codesOf(run.vae.model)!, features, layers };
  const data = await examples(MOST_CODES);
  const index = await watch("encoding", "examples", (work) => codesOfRows(run, data, work));
  const density = densityOf(shape);
  const runtime = await run.vae.engine();
  const weights = await watch("fitting the prior of the codes", "iterations", (work) =>
    fitRows(runtime, density, index, { iterations, batchSize: 64, learningRate: 2e-3, seed: 0, ...work }),
  );
  await writeFrame(join(run.directory, RUN_FILES.codePrior), { ...weights, iteration: run.keptIteration });
  return { weights, shape };
}

/** The prior that is stored in a run; undefined where there is none of its present weights and these settings. */
async function storedCodePrior(
  { directory, keptIteration, vae }: TrainedRun,
  { features, layers }: Settings = DEFAULTS,
): Promise<FittedPrior | undefined> {
  const codes = codesOf(vae.model);
  if (!codes) return undefined;
  const shape = { ...codes, features, layers };
  try {
    const { iteration, ...weights } = await readFrame(
      join(directory, RUN_FILES.codePrior),
      fittedLayout(densityOf(shape)),
    );
    return iteration === keptIteration ? { weights, shape } : undefined;
  } catch (error) {
    // One that is missing, of other settings or damaged is fitted again.
    if (error instanceof RunError) return undefined;
    throw error;
  }
}

/** Indices of the codes of examples, [examples, places]. */
async function codesOfRows({ vae }: TrainedRun, data: Dataset, work: LongWork): Promise<Float32Array> {
  const encoder = await RowFunction.compile(await vae.engine(), vae.weights!, encoderGraph(vae.model));
  try {
    const encoded = await encodeRows(encoder, data.examples, (chunk) => writeObserved(data, chunk), work);
    return encoded.codes!;
  } finally {
    await encoder.dispose();
  }
}

/**
 * Mean −ln p of the codes of examples under the prior that was fitted to the codes of training examples, in nats: with
 * certain codes the KL of the model with that prior.
 * @returns undefined where the run has no such prior
 */
export async function fittedCodeKl(
  run: TrainedRun,
  data: Dataset,
  watch: Watch,
): Promise<number | undefined> {
  const known = await storedCodePrior(run);
  if (!known) return undefined;
  const { shape, weights } = known;
  const index = await watch("encoding", "examples", (work) => codesOfRows(run, data, work));
  const count = sizeOf(shape.places);
  const density = await RowFunction.compile(await run.vae.engine(), weights, {
    inputs: { index: [count] },
    build: (trace, tensors) => ({
      logProb: codesLogProb(trace.scope(FITTED_SCOPE), shape, tensors.index!),
    }),
  });
  let sum = 0;
  try {
    await watch("prior of the codes", "examples", (work) =>
      density.run(
        data.examples,
        ({ first, rows, buffers }) =>
          buffers.index!.set(index.subarray(first * count, (first + rows) * count)),
        ({ buffers }) => {
          for (const each of buffers.logProb!) sum -= each;
        },
        work,
      ),
    );
  } finally {
    await density.dispose();
  }
  return sum / data.examples;
}
