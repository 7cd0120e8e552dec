import { type Dataset, exampleSize } from "../data/dataset.ts";
import { encodeRows, encoderGraph, writeObserved } from "../evaluate/encoding.ts";
import { type LongWork, RowFunction, type RowGraph } from "../evaluate/row-function.ts";
import type { ModelConfig } from "../models/config.ts";
import { decode } from "../models/networks.ts";
import type { Weights } from "../models/weights.ts";
import type { Runtime } from "../runtime/session.ts";

/** Encoder and decoder of one set of weights, compiled when first used. */
export class VaeFunctions {
  readonly weights: Weights;
  private readonly engine: () => Promise<Runtime>;
  private readonly model: ModelConfig;
  private readonly functions: { encoder?: Promise<RowFunction>; decoder?: Promise<RowFunction> } = {};
  /** Calls that use the engine. */
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(engine: () => Promise<Runtime>, model: ModelConfig, weights: Weights) {
    this.engine = engine;
    this.model = model;
    this.weights = weights;
  }

  async encode(data: Dataset, work: LongWork): Promise<{ mean: Float32Array; logVariance: Float32Array }> {
    const encoder = this.compiled("encoder", encoderGraph(this.model));
    const encoded = await this.during(encoder, (compiled) =>
      encodeRows(compiled, data.examples, (chunk) => writeObserved(data, chunk), work),
    );
    const { mean = new Float32Array(0), logVariance = new Float32Array(0) } = encoded;
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
    await this.during(decoder, (compiled) =>
      compiled.run(
        points,
        ({ first, rows, buffers }) => buffers.z!.set(z.subarray(first * latent, (first + rows) * latent)),
        ({ first, buffers }) => means.set(buffers.mean!, first * values),
        work,
      ),
    );
    return means;
  }

  private async during<T>(
    compiled: Promise<RowFunction>,
    call: (rowFunction: RowFunction) => Promise<T>,
  ): Promise<T> {
    const running = compiled.then(call);
    this.underWay.add(running);
    try {
      return await running;
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
