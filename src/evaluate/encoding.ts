import { knownLabels, writeConditions } from "../data/conditions.ts";
import { type Dataset, exampleValues } from "../data/dataset.ts";
import type { ModelConfig } from "../models/config.ts";
import { encode } from "../models/networks.ts";
import { modelInputs, observedFrom } from "../models/observed.ts";
import type { LongWork, RowChunk, RowFunction, RowGraph } from "./row-function.ts";

/** The parameters of q(z|x) of each example by name, [examples, …], row-major. */
type EncodedRows = Readonly<Record<string, Float32Array>>;

/** The encoder: from what is observed of an example to the parameters of q(z|x), such as `mean` and `logVariance`. */
export function encoderGraph(model: ModelConfig): RowGraph {
  return {
    inputs: modelInputs(model),
    build: (trace, tensors) => ({ ...encode(trace, model, observedFrom(model, tensors)).parameters }),
  };
}

/** Writes what is observed of a chunk's examples into its inputs. */
export function writeObserved(data: Dataset, { first, rows, buffers }: RowChunk): void {
  buffers.x!.set(exampleValues(data, { start: first, end: first + rows }));
  if (buffers.y) writeConditions(buffers.y, knownLabels(data).subarray(first, first + rows));
}

/** Encodes all examples. @param encoder made of {@link encoderGraph} @param write writes a chunk's inputs */
export async function encodeRows(
  encoder: Pick<RowFunction, "run">,
  examples: number,
  write: (chunk: RowChunk) => void,
  work: LongWork = {},
): Promise<EncodedRows> {
  const encoded: Record<string, Float32Array> = {};
  await encoder.run(
    examples,
    write,
    ({ first, rows, buffers }) => {
      for (const [name, values] of Object.entries(buffers)) {
        const width = values.length / rows;
        encoded[name] ??= new Float32Array(examples * width);
        encoded[name].set(values, first * width);
      }
    },
    work,
  );
  return encoded;
}
