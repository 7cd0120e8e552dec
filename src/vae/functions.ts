import { type Dataset, exampleSize, exampleValues } from "../data/dataset.ts";
import { type LongWork, RowFunction, type RowGraph } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode, encode } from "../models/networks.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";

/** Encoder and decoder of one set of weights, compiled when first used. */
export class VaeFunctions {
  readonly weights: Weights;
  private readonly engine: () => Promise<Runtime>;
  private readonly model: ModelConfig;
  private readonly functions: { encoder?: Promise<RowFunction>; decoder?: Promise<RowFunction> } = {};
  /** Calls that use the engine. */
  private readonly underWay = new Set<Promise<void>>();

  constructor(engine: () => Promise<Runtime>, model: ModelConfig, weights: Weights) {
    this.engine = engine;
    this.model = model;
    this.weights = weights;
  }

  async encode(data: Dataset, work: LongWork): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
    const { model } = this;
    const encoder = this.compiled("encoder", {
      inputs: { x: [exampleSize(data)] },
      build: (trace, { x }) => ({ ...encode(trace, model, x!) }),
    });
    const mean = new Float32Array(data.examples * model.latent);
    const logVariance = new Float32Array(data.examples * model.latent);
    await this.run(
      encoder,
      data.examples,
      ({ first, rows, buffers }) => buffers.x!.set(exampleValues(data, { start: first, end: first + rows })),
      ({ first, buffers }) => {
        mean.set(buffers.mean!, first * model.latent);
        logVariance.set(buffers.logVariance!, first * model.latent);
      },
      work,
    );
    return { mean, logVariance };
  }

  /** @param z [points, latent] @returns [points, values] */
  async decode(z: Float32Array, work: LongWork): Promise<Float32Array> {
    const { latent, inputShape } = this.model;
    const values = exampleSize({ shape: inputShape });
    const decoder = this.compiled("decoder", {
      inputs: { z: [latent] },
      build: (trace, tensors) => ({ mean: decode(trace, this.model, tensors.z!).mean }),
    });
    const points = z.length / latent;
    const means = new Float32Array(points * values);
    await this.run(
      decoder,
      points,
      ({ first, rows, buffers }) => buffers.z!.set(z.subarray(first * latent, (first + rows) * latent)),
      ({ first, buffers }) => means.set(buffers.mean!, first * values),
      work,
    );
    return means;
  }

  private async run(compiled: Promise<RowFunction>, ...call: Parameters<RowFunction["run"]>): Promise<void> {
    const running = compiled.then((rowFunction) => rowFunction.run(...call));
    this.underWay.add(running);
    try {
      await running;
    } finally {
      this.underWay.delete(running);
    }
  }

  /** What could not be compiled is tried anew at the next call. */
  private compiled(name: "encoder" | "decoder", graph: RowGraph): Promise<RowFunction> {
    const { functions } = this;
    functions[name] ??= this.engine()
      .then((runtime) => RowFunction.compile(runtime, this.weights, graph))
      .catch((error) => {
        delete functions[name];
        throw error;
      });
    return functions[name];
  }

  /** Once calls under way are over. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.underWay);
    for (const compiled of await Promise.allSettled(Object.values(this.functions)))
      if (compiled.status === "fulfilled") await compiled.value.dispose();
  }
}
