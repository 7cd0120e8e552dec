import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import type { Feed } from "../../../test/reference/operator-cases.ts";
import type { Shape } from "../../graph/node.ts";

interface Result {
  readonly shape: Shape;
  readonly data: readonly number[];
}

function toEngine({ type, shape, data }: Feed): OrtTensor {
  if (type === "int64") return new OrtTensor("int64", BigInt64Array.from(data, BigInt), shape);
  if (type === "bool") return new OrtTensor("bool", Uint8Array.from(data), shape);
  return new OrtTensor("float32", Float32Array.from(data), shape);
}

/** Runs a serialized model once in ONNX Runtime. */
export async function run(
  model: Uint8Array,
  feeds: Readonly<Record<string, Feed>>,
): Promise<Record<string, Result>> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  try {
    const inputs = Object.entries(feeds).map(([name, feed]) => [name, toEngine(feed)] as const);
    const outputs = await session.run(Object.fromEntries(inputs));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: Array.from(data as ArrayLike<number | bigint>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}
