import { breather } from "../common/breathe.ts";
import { NumericalError } from "../common/errors.ts";
import { input, neg, reduceSum } from "../graph/build.ts";
import { gradient } from "../graph/gradient.ts";
import { sizeOf, type Tensor } from "../graph/node.ts";
import { simplify } from "../graph/rewrite.ts";
import { arenaBytes } from "../kernels/arena.ts";
import { createKernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import type { Weights } from "../models/weights.ts";
import { layoutOf, namedTensors } from "../nn/parameters.ts";
import { type Scope, Trace } from "../nn/scope.ts";
import { emitModel } from "../onnx/emit.ts";
import type { Runtime, TensorBuffers } from "../runtime/session.ts";
import { initialWeights } from "./initialize.ts";

/** A density of rows of numbers, whose parameters are trained. */
export interface RowDensity {
  /** Values of a row. */
  readonly width: number;
  /** ln p of rows in nats. @param rows [batch, width] @returns [batch] */
  logProb(scope: Scope, rows: Tensor): Tensor;
}

interface FitOptions {
  readonly iterations: number;
  /** Default 1e-3; it falls to 0 along a cosine. */
  readonly learningRate?: number;
  /** Default 128, or all rows. */
  readonly batchSize?: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The scope in which a density makes its parameters. */
export const FITTED_SCOPE = "density";

/** The weights that a density begins with. */
export function fittedLayout({ width, logProb }: RowDensity): Weights["layout"] {
  const trace = new Trace({ training: false });
  logProb(trace.scope(FITTED_SCOPE), input("rows", [1, width]));
  const parameterSpecs = [...trace.parameters.values()].map(({ spec }) => spec);
  return { parameterSpecs, stateSpecs: [], parameters: layoutOf(parameterSpecs), states: layoutOf([]) };
}

/**
 * Fits a density to rows by maximum likelihood with Adam, on batches of the rows in the order that the seed gives.
 * @param rows [n, width]
 * @throws {NumericalError} when the likelihood is no longer finite
 */
export async function fitRows(
  runtime: Runtime,
  density: RowDensity,
  rows: Float32Array,
  { iterations, learningRate = 1e-3, seed, signal, onProgress, ...options }: FitOptions,
): Promise<Weights> {
  const { width } = density;
  const examples = rows.length / width;
  const batchSize = Math.min(options.batchSize ?? 128, examples);
  const trace = new Trace({ training: true });
  const batch = input("rows", [batchSize, width]);
  const loss = neg(reduceSum(density.logProb(trace.scope(FITTED_SCOPE), batch)));
  const specs = [...trace.parameters.values()];
  const slopes = gradient(
    loss,
    specs.map(({ tensor }) => tensor),
  );
  const graph = simplify({
    outputs: {
      loss,
      ...Object.fromEntries(specs.map(({ spec }, at) => [`gradient/${spec.name}`, slopes[at]!])),
    },
  });
  const layout = fittedLayout(density);
  const { length, decayLength } = layout.parameters;
  const kernels = await createKernels({ bytes: arenaBytes({ float32: [length, length, length, length] }) });
  const [parameters, gradients, firstMoment, secondMoment] = Array.from({ length: 4 }, () =>
    kernels.allocateFloat32(length),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  parameters.set((await initialWeights(layout, seed)).parameters);
  const x = new Float32Array(batchSize * width);
  const total = new Float32Array(1);
  const session = await runtime.createSession(emitModel(graph, { name: "fit" }));
  try {
    const available: TensorBuffers = {
      rows: { type: "float32", shape: [batchSize, width], data: x },
      ...namedTensors(layout.parameters, parameters),
    };
    const binding = session.bind(
      Object.fromEntries(session.inputNames.map((name) => [name, available[name]!])),
      {
        loss: { type: "float32", shape: [], data: total },
        ...namedTensors(layout.parameters, gradients, "gradient/"),
      },
    );
    const perEpoch = Math.floor(examples / batchSize);
    const breathe = breather();
    let order: Uint32Array = new Uint32Array(0);
    for (let step = 1; step <= iterations; step++) {
      signal?.throwIfAborted();
      const place = (step - 1) % perEpoch;
      if (place === 0) {
        const epoch = (step - 1) / perEpoch;
        order = kernels.permutation(examples, { seed, stream: STREAMS.shuffle, step: epoch });
      }
      for (let row = 0; row < batchSize; row++) {
        const from = order[place * batchSize + row]! * width;
        x.set(rows.subarray(from, from + width), row * width);
      }
      await binding.run();
      if (!Number.isFinite(total[0]!))
        throw new NumericalError(
          `the density that is fitted to the codes is not finite after ${step} steps: train the model longer, or with a lower learning rate`,
        );
      kernels.adam(
        { parameters, gradients, firstMoment, secondMoment },
        {
          step,
          learningRate: 0.5 * learningRate * (1 + Math.cos((Math.PI * (step - 1)) / iterations)),
          gradientScale: 1 / batchSize,
          clipNorm: 5 * Math.sqrt(sizeOf([width])),
          decayLength,
        },
      );
      onProgress?.(step, iterations);
      await breathe();
    }
    binding.dispose();
  } finally {
    await session.dispose();
  }
  return { layout, parameters: parameters.slice(), states: new Float32Array(0) };
}
