import { ConfigError } from "../common/errors.ts";
import type { Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";
import { writeConditions } from "./conditions.ts";
import { type Dataset, exampleSize, scaleInto } from "./dataset.ts";
import type { Rows } from "./schema.ts";
import { emptyRows } from "./storage.ts";

interface BatchOptions {
  readonly batchSize: number;
  readonly seed: number;
  /** Whether values become 0 or 1 at random: `once` for each example, or `always` anew. */
  readonly binarize: "never" | "once" | "always";
}

/**
 * Batches in a random order that changes every epoch. Which examples an iteration sees is a function of seed and
 * iteration alone; an epoch's last examples that do not fill a batch are left for another epoch's order.
 */
export class Batches {
  readonly perEpoch: number;
  private readonly data: Dataset;
  private readonly options: BatchOptions;
  private readonly kernels: Kernels;
  /** A batch of stored values; bytes in the kernels' memory. */
  private readonly staging: Rows;
  private order: { readonly epoch: number; readonly indices: Uint32Array } | undefined;

  /** Elements of kernel memory that a batch is staged in. */
  static stagingLength(data: Dataset, { batchSize }: Pick<BatchOptions, "batchSize">): number {
    return data.storage.type === "Uint8Array" ? batchSize * exampleSize(data) : 0;
  }

  /** Iterations that make an epoch. @throws {ConfigError} when the data do not fill one batch */
  static perEpochOf(data: Dataset, { batchSize }: Pick<BatchOptions, "batchSize">): number {
    if (data.examples < batchSize)
      throw new ConfigError(
        `batchSize is ${batchSize} but ${data.name} has ${data.examples} examples to train on: give at most that, or leave it out`,
      );
    return Math.floor(data.examples / batchSize);
  }

  /** @throws {ConfigError} when the data do not fill one batch */
  constructor(data: Dataset, options: BatchOptions, kernels: Kernels) {
    this.data = data;
    this.options = options;
    this.kernels = kernels;
    this.perEpoch = Batches.perEpochOf(data, options);
    const length = options.batchSize * exampleSize(data);
    const { type } = data.storage;
    this.staging = type === "Uint8Array" ? kernels.allocateUint8(length) : emptyRows(type, length);
  }

  /** Epochs and iterations both count from 1. */
  epochOf(iteration: number): number {
    return Math.floor((iteration - 1) / this.perEpoch) + 1;
  }

  /** Which examples an iteration sees. @returns a view, valid until another epoch is asked for */
  indices(iteration: number): Uint32Array {
    const epoch = this.epochOf(iteration);
    if (this.order?.epoch !== epoch) {
      const key = { seed: this.options.seed, stream: STREAMS.shuffle, step: epoch };
      this.order = { epoch, indices: this.kernels.permutation(this.data.examples, key) };
    }
    const { batchSize } = this.options;
    const start = ((iteration - 1) % this.perEpoch) * batchSize;
    return this.order.indices.subarray(start, start + batchSize);
  }

  /** Writes the indicators of an iteration's classes. @param y [batchSize, classes] */
  fillConditions(y: Float32Array, iteration: number): void {
    const labels = this.data.labels!;
    writeConditions(
      y,
      Array.from(this.indices(iteration), (index) => labels[index]!),
    );
  }

  /** Writes an iteration's batch. @param x [batchSize, values] in the kernels' memory */
  fill(x: Float32Array, iteration: number): void {
    const indices = this.indices(iteration);
    const { divisor, storage, preprocess } = this.data;
    storage.gather(indices, this.staging);
    // The kernel divides by a float32: others would give other numbers than evaluation sees.
    if (this.staging instanceof Uint8Array && !preprocess && Math.fround(divisor) === divisor)
      this.kernels.convertUint8(x, this.staging, divisor);
    else scaleInto(x, this.staging, this.data);

    if (this.options.binarize !== "never") this.binarize(x, indices, iteration);
  }

  private binarize(x: Float32Array, indices: Uint32Array, iteration: number): void {
    const { binarize, seed } = this.options;
    const { schema } = this.data;
    const stream = STREAMS.binarization;
    const gaps = schema.missing === undefined ? [] : gapsOf(x);
    if (binarize === "once")
      this.kernels.binarizeRows(x, exampleSize(this.data), indices, { seed, stream, step: 0 });
    else this.kernels.binarize(x, { seed, stream, step: iteration });
    for (const i of gaps) x[i] = Number.NaN;
  }
}

/** Where values are missing. */
function gapsOf(x: Float32Array): number[] {
  const gaps: number[] = [];
  for (let i = 0; i < x.length; i++) if (Number.isNaN(x[i]!)) gaps.push(i);
  return gaps;
}
