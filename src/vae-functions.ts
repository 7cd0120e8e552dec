import { type Dataset, exampleSize, exampleValues } from "./data/dataset.ts";
import { type LongWork, RowFunction, type RowGraph } from "./evaluate/row-function.ts";
import type { ModelConfig } from "./models/config.ts";
import { decode, encode } from "./models/networks.ts";
import type { Weights } from "./models/weights.ts";
import type { Runtime } from "./runtime/session.ts";

/** Encoder and decoder of one set of weights, compiled when first used. */
export class VaeFunctions {
  readonly weights: Weights;
  private readonly runtime: Promise<Runtime>;
  private readonly model: ModelConfig;
  private encoder: Promise<RowFunction> | undefined;
  private decoder: Promise<RowFunction> | undefined;
  /** Calls that use the engine. */
  private readonly underWay = new Set<Promise<void>>();

  constructor(runtime: Promise<Runtime>, model: ModelConfig, weights: Weights) {
    this.runtime = runtime;
    this.model = model;
    this.weights = weights;
  }

  async encode(data: Dataset, work: LongWork): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
    const { model } = this;
    this.encoder ??= this.compile({
      inputs: { x: [exampleSize(data)] },
      build: (trace, { x }) => ({ ...encode(trace, model, x!) }),
    });
    const mean = new Float32Array(data.examples * model.latent);
    const logVariance = new Float32Array(data.examples * model.latent);
    await this.run(
      this.encoder,
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
    this.decoder ??= this.compile({
      inputs: { z: [latent] },
      build: (trace, tensors) => ({ mean: decode(trace, this.model, tensors.z!).mean }),
    });
    const points = z.length / latent;
    const means = new Float32Array(points * values);
    await this.run(
      this.decoder,
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

  private async compile(graph: RowGraph): Promise<RowFunction> {
    return RowFunction.compile(await this.runtime, this.weights, graph);
  }

  /** Once calls under way are over. */
  async dispose(): Promise<void> {
    await Promise.allSettled(this.underWay);
    for (const compiled of await Promise.allSettled([this.encoder, this.decoder]))
      if (compiled.status === "fulfilled") await compiled.value?.dispose();
  }
}
