import type { DrawKey } from "../kernels/draw-key.ts";
import { createKernels, type Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";

const SCRATCH_LENGTH = 1 << 14;
const SOURCE_BLOCK = 256;

interface StreamOf {
  readonly seed: number;
  readonly stream: keyof typeof STREAMS;
  /** Draws that belong together are numbered separately. */
  readonly step?: number;
  /** Which of several noise inputs that a graph has for one purpose; default 0. */
  readonly part?: number;
}

/** Between the streams of two noise inputs. */
const PARTS_APART = 1 << 16;

function keyOf({ seed, stream, step = 0, part = 0 }: StreamOf): DrawKey {
  return { seed, stream: STREAMS[stream] + part * PARTS_APART, step };
}

/** Random numbers for evaluation: each a function of seed, stream and index alone. */
export class EvaluationNoise {
  private readonly kernels: Kernels;
  private readonly scratch: Float32Array;

  static async create(): Promise<EvaluationNoise> {
    return new EvaluationNoise(await createKernels({ bytes: 4 * SCRATCH_LENGTH }));
  }

  private constructor(kernels: Kernels) {
    this.kernels = kernels;
    this.scratch = kernels.allocateFloat32(SCRATCH_LENGTH);
  }

  /** Writes standard normal numbers. @param firstIndex which draw of the stream comes first */
  fill(out: Float32Array, of: StreamOf, firstIndex = 0): void {
    const key = keyOf(of);
    this.inParts(out, (part, start) => this.kernels.normal(part, key, { firstIndex: firstIndex + start }));
  }

  /** Writes numbers uniform in [0, 1). @param firstIndex as in {@link fill} */
  uniform(out: Float32Array, of: StreamOf, firstIndex = 0): void {
    const key = keyOf(of);
    this.inParts(out, (part, start) => this.kernels.uniform(part, key, { firstIndex: firstIndex + start }));
  }

  /** The same numbers, one at each call. */
  source(key: StreamOf): () => number {
    const block = new Float32Array(SOURCE_BLOCK);
    let drawn = 0;
    return () => {
      const place = drawn % SOURCE_BLOCK;
      if (place === 0) this.uniform(block, key, drawn);
      drawn++;
      return block[place]!;
    };
  }

  /** Makes each value in [0, 1] a 1 with that probability, otherwise 0; NaN stays. @param firstIndex as in {@link fill} */
  binarize(values: Float32Array, of: StreamOf, firstIndex: number): void {
    const key = keyOf(of);
    this.inParts(values, (part, start) => {
      part.set(values.subarray(start, start + part.length));
      this.kernels.binarize(part, key, { firstIndex: firstIndex + start });
      for (let i = 0; i < part.length; i++) if (Number.isNaN(values[start + i]!)) part[i] = Number.NaN;
    });
  }

  /** Kernels have their own memory, from which arrays are filled in parts. */
  private inParts(values: Float32Array, work: (part: Float32Array, start: number) => void): void {
    for (let start = 0; start < values.length; start += SCRATCH_LENGTH) {
      const part = this.scratch.subarray(0, Math.min(SCRATCH_LENGTH, values.length - start));
      work(part, start);
      values.set(part, start);
    }
  }
}
