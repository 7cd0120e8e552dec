import { input } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode } from "../models/networks.ts";
import { decoderInputs, observedFrom } from "../models/observed.ts";
import { asLargeAs } from "../nn/distributions/distribution.ts";
import { Trace } from "../nn/scope.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { EvaluationNoise } from "./noise.ts";
import { type LongWork, type RowGraph, writeRows } from "./row-function.ts";

/** What decoding gives of p(x|z) at a latent point. */
export const DECODED_VALUES = ["mean", "mode", "draw"] as const;
/** What is told of p(x|z): its mean, its mode, or a draw. */
export type DecodedValues = (typeof DECODED_VALUES)[number];

/** A decoder with the compiled functions of its weights, and the latent points it decodes, [points, latent]. */
interface Decoding {
  readonly functions: KeptFunctions;
  readonly model: ModelConfig;
  readonly z: Float32Array;
  /** Conditions of the points, [points, …], where the model has them. */
  readonly y?: Float32Array | undefined;
  /** What is known of each row, [points, values], NaN where a value is missing; absent: nothing but z. */
  readonly x?: Float32Array | undefined;
}

type Row = Readonly<Record<string, Float32Array>>;

/** The most likely value of p(x|z), for each value of a row. @returns [points, values], row-major */
export async function likeliestRows(decoding: Decoding, work: LongWork): Promise<Float32Array> {
  const { model } = decoding;
  const graph: RowGraph = {
    inputs: decoderInputs(model),
    build: (trace, { z, y }) => ({ x: decode(trace, model, z!, undefined, y).mode }),
  };
  return rowByRow(decoding, "mode", graph, { finish: ({ x }) => x! }, work);
}

/**
 * Draws from p(x|z). That of a row depends on the seed, its index and its point alone.
 * @param options.indexOf the index of a row; default: its place among these
 * @returns [points, values], row-major
 */
export async function drawnRows(
  decoding: Decoding,
  {
    seed,
    indexOf = (row) => row,
    ...work
  }: { readonly seed: number; readonly indexOf?: (row: number) => number } & LongWork,
): Promise<Float32Array> {
  const { model } = decoding;
  const random = await EvaluationNoise.create();
  const keyOf = (row: number) => ({ seed, stream: "observation", step: indexOf(row) }) as const;
  const known = decoding.x ? { x: [sizeOf(model.inputShape)] } : {};
  const [shapes, given] = [{ ...decoderInputs(model), ...known }, decoding.x ? " of known rows" : ""];
  const inputs = Object.entries(shapes).map(([name, row]) => [name, input(name, [1, ...row])] as const);
  const single: Readonly<Record<string, Tensor>> = Object.fromEntries(inputs);
  const p = decodeKnown(new Trace({ training: false }), model, single);
  if ("draw" in p) {
    const graph: RowGraph = {
      inputs: shapes,
      build: (trace, tensors) => wholeParameters(decodeKnown(trace, model, tensors)),
    };
    const finish = (parameters: Row, index: number) => p.draw(parameters, random.source(keyOf(index)));
    return rowByRow(decoding, `parameters of draws${given}`, graph, { finish }, work);
  }
  const { distribution, shape } = p.noise;
  const graph: RowGraph = {
    inputs: { ...shapes, noise: shape.slice(1) },
    build: (trace, { noise, ...tensors }) => {
      const drawn = decodeKnown(trace, model, tensors);
      return "sample" in drawn ? { x: drawn.sample(noise!) } : {};
    },
  };
  const prepare = ({ noise }: Row, index: number) =>
    distribution === "normal" ? random.fill(noise!, keyOf(index)) : random.uniform(noise!, keyOf(index));
  return rowByRow(decoding, `draws${given}`, graph, { prepare, finish: ({ x }) => x! }, work);
}

function decodeKnown(trace: Trace, model: ModelConfig, { z, y, x }: Readonly<Record<string, Tensor>>) {
  return decode(trace, model, z!, x && observedFrom(model, { x }), y);
}

function wholeParameters({ mean, parameters }: ReturnType<typeof decode>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, asLargeAs(mean, each)]));
}

/** Decodes all points. @param steps what is done to the inputs of each row, and what is made of its outputs */
async function rowByRow(
  { functions, model, z, y, x }: Decoding,
  key: string,
  graph: RowGraph,
  steps: {
    readonly prepare?: (inputs: Row, index: number) => void;
    readonly finish: (outputs: Row, index: number) => Float32Array;
  },
  work: LongWork,
): Promise<Float32Array> {
  const { latent } = model;
  const values = sizeOf(model.inputShape);
  const points = z.length / latent;
  const decoded = new Float32Array(points * values);
  const rowOf = (buffers: Row, row: number, rows: number): Row =>
    Object.fromEntries(
      Object.entries(buffers).map(([name, { length }]) => {
        const width = length / rows;
        return [name, buffers[name]!.subarray(row * width, (row + 1) * width)];
      }),
    );
  const decoder = await functions.compiled(key, graph);
  await decoder.run(
    points,
    (chunk) => {
      writeRows(chunk, { z, y, x }, points);
      const { first, rows, buffers } = chunk;
      if (!steps.prepare) return;
      for (let row = 0; row < rows; row++) steps.prepare(rowOf(buffers, row, rows), first + row);
    },
    ({ first, rows, buffers }) => {
      for (let row = 0; row < rows; row++)
        decoded.set(steps.finish(rowOf(buffers, row, rows), first + row), (first + row) * values);
    },
    work,
  );
  return decoded;
}
