import { createKernels, type Kernels } from "../kernels/kernels.ts";
import { STREAMS } from "../kernels/streams.ts";

/** Name of the input for the noise behind z, as the model's graph declares it. */
export const EPSILON = "latent.epsilon";

const SCRATCH_LENGTH = 1 << 14;

/** Standard normal numbers for evaluation: each a function of seed, stream and index alone. */
export class NormalNoise {
  private readonly kernels: Kernels;
  private readonly scratch: Float32Array;

  static async create(): Promise<NormalNoise> {
    return new NormalNoise(await createKernels({ bytes: 4 * SCRATCH_LENGTH }));
  }

  private constructor(kernels: Kernels) {
    this.kernels = kernels;
    this.scratch = kernels.allocateFloat32(SCRATCH_LENGTH);
  }

  /** @param firstIndex which draw of the stream comes first */
  fill(
    out: Float32Array,
    { seed, stream }: { seed: number; stream: keyof typeof STREAMS },
    firstIndex = 0,
  ): void {
    for (let start = 0; start < out.length; start += SCRATCH_LENGTH) {
      const part = this.scratch.subarray(0, Math.min(SCRATCH_LENGTH, out.length - start));
      this.kernels.normal(
        part,
        { seed, stream: STREAMS[stream], step: 0 },
        { firstIndex: firstIndex + start },
      );
      out.set(part, start);
    }
  }
}
