import type { Runtime, Session, TensorBuffers } from "../session.ts";
import { type NodeDescription, serializeModel } from "./models.ts";

interface TrainingStep {
  readonly model: Uint8Array;
  readonly inputs: TensorBuffers;
  readonly outputs: TensorBuffers;
}

/**
 * One step of an autoencoder with ELU layers and a sigmoid output: half the squared error and its gradients, from
 * fixed pseudo-random data and weights.
 * @param sizes units of each layer, the last equal to the first.
 */
export function trainingStep(batch: number, sizes: readonly number[]): TrainingStep {
  const layers = sizes.slice(1).map((_, index) => index + 1);
  const last = layers.length;
  const size = (layer: number) => sizes[layer] as number;
  const nodes: NodeDescription[] = [];
  const add = (operator: string, inputs: string[], output: string, attributes = {}) =>
    nodes.push({ operator, inputs, outputs: [output], attributes });

  add("Constant", [], "rows", { value_ints: [0] });
  for (const layer of layers) {
    add("Gemm", [`h${layer - 1}`, `w${layer}`, `b${layer}`], `a${layer}`);
    if (layer < last) add("Elu", [`a${layer}`], `h${layer}`);
    else add("Sigmoid", [`a${layer}`], `h${layer}`);
  }
  add("Sub", [`h${last}`, "h0"], `d${last}`);
  add("Mul", [`d${last}`, `d${last}`], "squares");
  add("ReduceSum", ["squares"], "loss", { keepdims: 0 });
  for (const layer of layers.toReversed()) {
    add("Gemm", [`h${layer - 1}`, `d${layer}`], `gw${layer}`, { transA: 1 });
    add("ReduceSum", [`d${layer}`, "rows"], `gb${layer}`, { keepdims: 0 });
    if (layer === 1) break;
    add("Gemm", [`d${layer}`, `w${layer}`], `e${layer - 1}`, { transB: 1 });
    add("HardSigmoid", [`h${layer - 1}`], `s${layer - 1}`, { alpha: { float: 1 }, beta: { float: 1 } });
    add("Mul", [`e${layer - 1}`, `s${layer - 1}`], `d${layer - 1}`);
  }

  const inputShapes: Record<string, number[]> = { h0: [batch, size(0)] };
  const outputShapes: Record<string, number[]> = { loss: [] };
  for (const layer of layers) {
    inputShapes[`w${layer}`] = outputShapes[`gw${layer}`] = [size(layer - 1), size(layer)];
    inputShapes[`b${layer}`] = outputShapes[`gb${layer}`] = [size(layer)];
  }
  const describe = (shapes: Record<string, number[]>) =>
    Object.entries(shapes).map(([name, shape]) => ({ name, type: "float32" as const, shape }));
  return {
    model: serializeModel({ inputs: describe(inputShapes), outputs: describe(outputShapes), nodes }),
    inputs: allocate(inputShapes, noise(1)),
    outputs: allocate(outputShapes, () => 0),
  };
}

/** The bytes of all outputs of a step that is large enough for an engine to share among threads. */
export async function runTrainingStep(runtime: Runtime, threads: number): Promise<Buffer> {
  const { model, inputs, outputs } = trainingStep(64, [784, 128, 16, 128, 784]);
  const session = await runtime.createSession(model, { threads });
  await session.bind(inputs, outputs).run();
  await session.dispose();
  return Buffer.concat(Object.values(outputs).map(({ data }) => Buffer.from(data.buffer)));
}

/**
 * Runs a step twice at the same time.
 * @returns the loss that was not computed by the caller's thread, if the engine has another; and the session
 */
export async function runTwoTogether(runtime: Runtime): Promise<{ loss: number; session: Session }> {
  const [first, second] = [trainingStep(64, [128, 64, 128]), trainingStep(64, [128, 64, 128])];
  const session = await runtime.createSession(first.model, { threads: 2, parts: 2 });
  await session.bindTogether([first, second]).run();
  return { loss: Number(second.outputs.loss?.data[0]), session };
}

function allocate(shapes: Record<string, number[]>, fill: () => number): TensorBuffers {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, dimension) => product * dimension, 1);
      return [name, { type: "float32", shape, data: Float32Array.from({ length }, fill) }];
    }),
  );
}

/** Uniform on ±0.1; a linear congruential generator (Numerical Recipes, 3rd edition, section 7.1.4). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) / 5;
  };
}
