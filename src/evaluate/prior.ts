import { ConfigError } from "../common/errors.ts";
import { input } from "../graph/build.ts";
import { sizeOf } from "../graph/node.ts";
import { isConditioned } from "../models/condition.ts";
import type { ModelConfig } from "../models/config.ts";
import type { LatentNoise } from "../models/latent.ts";
import { priorDensity } from "../models/networks.ts";
import { decoderInputs } from "../models/observed.ts";
import { layerSizes } from "../models/places.ts";
import { priorOf } from "../models/priors.ts";
import type { Weights } from "../models/weights.ts";
import { Trace } from "../nn/scope.ts";
import type { Runtime } from "../runtime/session.ts";
import { EvaluationNoise } from "./noise.ts";
import { type LongWork, RowFunction, type RowGraph } from "./row-function.ts";

/** A model whose prior is asked for; engine and weights are needed only where the prior is computed by a graph. */
export interface WithPrior {
  readonly model: ModelConfig;
  engine(): Promise<Runtime>;
  weights(): Weights;
}

/**
 * Draws from p(z). Each depends on the seed and its index alone.
 * @param options.temperature factor of the normal noise behind the draws; for a standard normal prior their deviation
 * @returns [n, latent], row-major
 * @throws {ConfigError} for a temperature other than 1 where draws are made from noise that is not normal
 */
export async function priorDraws(
  source: WithPrior,
  n: number,
  { seed, temperature = 1, y, ...work }: PriorDrawing & LongWork,
): Promise<Float32Array> {
  const { model } = source;
  const told = isConditioned(model, "prior") && y ? { y } : {};
  const width = told.y && told.y.length / n;
  const density = priorDensity(
    new Trace({ training: false }),
    model,
    width ? input("y", [1, width]) : undefined,
  );
  const filled = await fillNoise(density.noise, n, {
    seed,
    temperatureOf: temperatures(model, temperature),
    prior: priorOf(model).type,
  });
  const inputs = density.noise.map(({ name, shape }) => [name, input(name, [1, ...shape])] as const);
  const drawn = density.sample(Object.fromEntries(inputs));
  const itself = inputs.find(([, tensor]) => tensor === drawn);
  if (itself) return filled[itself[0]]!;
  const graph: RowGraph = {
    inputs: {
      ...Object.fromEntries(density.noise.map(({ name, shape }) => [name, shape])),
      ...(width && { y: [width] }),
    },
    build: (trace, tensors) => ({ z: priorDensity(trace, model, tensors.y).sample(tensors) }),
  };
  return rowwise(source, graph, { inputs: { ...filled, ...told }, rows: n, width: model.latent }, work);
}

/** One for all of z, or one for each layer of latents, that next to the data first. */
export type Temperature = number | readonly number[];

/** The temperature of each dimension. @throws {ConfigError} where there are not as many as layers */
function temperatures(model: ModelConfig, temperature: Temperature): (dimension: number) => number {
  if (typeof temperature === "number") return () => temperature;
  const sizes = layerSizes(model);
  if (temperature.length !== sizes.length)
    throw new ConfigError(
      `${temperature.length} temperatures were given and the model has ${sizes.length} ${sizes.length === 1 ? "layer" : "layers"} of latents: give one, or one for each`,
    );
  const each = sizes.flatMap((size, layer) => Array<number>(size).fill(temperature[layer]!));
  return (dimension) => each[dimension % each.length]!;
}

/** How draws are made. */
interface PriorDrawing {
  readonly seed: number;
  readonly temperature?: Temperature;
  /** Conditions of the draws, [n, …]. */
  readonly y?: Float32Array;
}

/** ln p(z) of points in nats, [points]. @param z [points, latent] @param options.y their conditions, [points, …] */
export async function priorLogProb(
  source: WithPrior,
  z: Float32Array,
  { y, ...work }: LongWork & { readonly y?: Float32Array } = {},
): Promise<Float32Array> {
  const { model } = source;
  const { latent } = model;
  const graph: RowGraph = {
    inputs: decoderInputs(model),
    build: (trace, tensors) => ({ logProb: priorDensity(trace, model, tensors.y).logProb(tensors.z!) }),
  };
  const inputs = { z, ...(y && { y }) };
  return rowwise(source, graph, { inputs, rows: z.length / latent, width: 1 }, work);
}

async function fillNoise(
  noises: readonly LatentNoise[],
  n: number,
  {
    seed,
    temperatureOf,
    prior,
  }: { seed: number; temperatureOf: (dimension: number) => number; prior: string },
): Promise<Record<string, Float32Array>> {
  const source = await EvaluationNoise.create();
  const filled = noises.map(({ name, distribution, shape }, part) => {
    const values = new Float32Array(n * sizeOf(shape));
    const key = { seed, stream: "prior", part } as const;
    if (distribution === "normal") {
      source.fill(values, key);
      return [name, values.map((value, at) => value * temperatureOf(at))] as const;
    }
    if (temperatureOf(0) !== 1 && noises.every((each) => each.distribution !== "normal"))
      throw new ConfigError(
        `temperature is ${temperatureOf(0)} but draws from the prior ${prior} are not made from normal noise: use 1`,
      );
    source.uniform(values, key);
    return [name, values] as const;
  });
  return Object.fromEntries(filled);
}

/** The one output of a graph for rows of inputs. */
async function rowwise(
  source: WithPrior,
  graph: RowGraph,
  { inputs, rows, width }: { inputs: Record<string, Float32Array>; rows: number; width: number },
  work: LongWork,
): Promise<Float32Array> {
  const out = new Float32Array(rows * width);
  const compiled = await RowFunction.compile(await source.engine(), source.weights(), graph);
  try {
    await compiled.run(
      rows,
      (chunk) => {
        for (const [name, values] of Object.entries(inputs)) {
          const size = values.length / rows;
          const { first, rows: count } = chunk;
          chunk.buffers[name]!.set(values.subarray(first * size, (first + count) * size));
        }
      },
      ({ first, buffers }) => {
        for (const values of Object.values(buffers)) out.set(values, first * width);
      },
      work,
    );
  } finally {
    await compiled.dispose();
  }
  return out;
}
