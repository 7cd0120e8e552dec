import { input } from "../graph/build.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode } from "../models/networks.ts";
import { asLargeAs } from "../nn/distributions/distribution.ts";
import { Trace } from "../nn/scope.ts";
import type { KeptFunctions } from "./kept-functions.ts";
import { EvaluationNoise } from "./noise.ts";
import type { LongWork, RowGraph } from "./row-function.ts";

/** What can be told of p(x|z) at a latent point. */
export const DECODED_VALUES = ["mean", "mode", "draw"] as const;
export type DecodedValues = (typeof DECODED_VALUES)[number];

/** A decoder with the compiled functions of its weights, and the latent points it decodes, [points, latent]. */
export interface Decoding {
  readonly functions: KeptFunctions;
  readonly model: ModelConfig;
  readonly z: Float32Array;
}

type Row = Readonly<Record<string, Float32Array>>;

/** The most likely value of p(x|z), for each value of a row. @returns [points, values], row-major */
export async function likeliestRows(decoding: Decoding, work: LongWork): Promise<Float32Array> {
  const { model } = decoding;
  const graph: RowGraph = {
    inputs: { z: [model.latent] },
    build: (trace, { z }) => ({ x: decode(trace, model, z!).mode }),
  };
  return rowByRow(decoding, "mode", graph, { finish: ({ x }) => x! }, work);
}

/**
 * Draws from p(x|z). That of a row depends on the seed, its index and its point alone.
 * @returns [points, values], row-major
 */
export async function drawnRows(
  decoding: Decoding,
  { seed, ...work }: { readonly seed: number } & LongWork,
): Promise<Float32Array> {
  const { model } = decoding;
  const random = await EvaluationNoise.create();
  const keyOf = (index: number) => ({ seed, stream: "observation", step: index }) as const;
  const p = decode(new Trace({ training: false }), model, input("z", [1, model.latent]));
  if ("draw" in p) {
    const graph: RowGraph = {
      inputs: { z: [model.latent] },
      build: (trace, { z }) => wholeParameters(decode(trace, model, z!)),
    };
    const finish = (parameters: Row, index: number) => p.draw(parameters, random.source(keyOf(index)));
    return rowByRow(decoding, "parameters of draws", graph, { finish }, work);
  }
  const { distribution, shape } = p.noise;
  const graph: RowGraph = {
    inputs: { z: [model.latent], noise: shape.slice(1) },
    build: (trace, { z, noise }) => {
      const drawn = decode(trace, model, z!);
      return "sample" in drawn ? { x: drawn.sample(noise!) } : {};
    },
  };
  const prepare = ({ noise }: Row, index: number) =>
    distribution === "normal" ? random.fill(noise!, keyOf(index)) : random.uniform(noise!, keyOf(index));
  return rowByRow(decoding, "draws", graph, { prepare, finish: ({ x }) => x! }, work);
}

function wholeParameters({ mean, parameters }: ReturnType<typeof decode>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, asLargeAs(mean, each)]));
}

/** Decodes all points. @param steps what is done to the inputs of each row, and what is made of its outputs */
async function rowByRow(
  { functions, model, z }: Decoding,
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
    ({ first, rows, buffers }) => {
      buffers.z!.set(z.subarray(first * latent, (first + rows) * latent));
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
